import { createInterface } from "node:readline/promises";
import type { Keyboard } from "./session.ts";

/** The keyboard of this process; `close` gives the terminal back. */
export function processKeyboard(): Keyboard & { close(): void } {
  const { stdin, stderr } = process;
  const raw = (on: boolean): void => {
    if (stdin.isTTY) stdin.setRawMode(on);
  };
  return {
    key: () =>
      new Promise((done) => {
        const answer = (text: string): void => {
          raw(false);
          stdin.pause();
          stdin.removeListener("data", onData);
          stdin.removeListener("end", onEnd);
          done(text);
        };
        const onData = (chunk: Buffer): void => answer(chunk.toString("utf8").slice(0, 1));
        const onEnd = (): void => answer("");
        raw(true);
        stdin.once("data", onData);
        stdin.once("end", onEnd);
        stdin.resume();
      }),
    line: async (prompt) => {
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return await lines.question(prompt);
      } finally {
        lines.close();
      }
    },
    close: () => {
      raw(false);
      stdin.pause();
    },
  };
}
