export type OutputStream = "stdout" | "stderr";

/** Hands every whole line that this thread writes to stdout or stderr to `line`, and nothing to the terminal; returns a flush of unfinished lines. */
export function captureOutput(line: (stream: OutputStream, text: string) => void): () => void {
  const rest: Record<OutputStream, string> = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    process[stream].write = ((chunk: string | Uint8Array, ...args: unknown[]) => {
      const text = rest[stream] + (typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
      const lines = text.split("\n");
      rest[stream] = lines.pop() ?? "";
      for (const whole of lines) line(stream, whole);
      const done = args.find((argument) => typeof argument === "function");
      if (done !== undefined) queueMicrotask(() => (done as () => void)());
      return true;
    }) as typeof process.stdout.write;
  }
  return () => {
    for (const stream of ["stdout", "stderr"] as const) {
      if (rest[stream] !== "") line(stream, rest[stream]);
      rest[stream] = "";
    }
  };
}
