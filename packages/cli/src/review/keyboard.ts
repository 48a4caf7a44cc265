import type { Keyboard } from "./session.ts";

/** Terminal or pipe that keys come from. */
interface KeySource {
  readonly isTTY?: boolean;
  setRawMode?(on: boolean): unknown;
  on(event: "data", listener: (chunk: Buffer | string) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  pause(): unknown;
}

/** The keyboard of a terminal, or a pipe that stands for one; at its end every key is "". `close` gives the terminal back. */
export function keyboardOf(
  source: KeySource,
  prompts: { write(text: string): unknown },
): Keyboard & { close(): void } {
  const typed: string[] = [];
  let ended = false;
  let wake: () => void = () => undefined;
  source.on("data", (chunk) => {
    typed.push(...chunk.toString());
    wake();
  });
  source.on("end", () => {
    ended = true;
    wake();
  });
  const raw = (on: boolean): void => {
    if (source.isTTY === true) source.setRawMode?.(on);
  };
  const next = async (): Promise<string> => {
    while (typed.length === 0 && !ended)
      await new Promise<void>((done) => {
        wake = done;
      });
    return typed.shift() ?? "";
  };
  return {
    key: async () => {
      raw(true);
      const key = await next();
      raw(false);
      return key;
    },
    // A terminal that is not raw echoes, and lets people correct themselves.
    line: async (prompt) => {
      prompts.write(prompt);
      let line = "";
      for (let key = await next(); key !== "" && key !== "\n" && key !== "\r"; key = await next())
        line += key;
      return line;
    },
    close: () => {
      raw(false);
      source.pause();
    },
  };
}
