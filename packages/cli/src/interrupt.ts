/** Signals closer together than this are one: the Node that started this one passes on what the terminal sent to both. */
const ONE_KEY_MS = 500;

/** Runs work that Ctrl-C or SIGTERM aborts; after cleaning up the process ends with the signal's exit code. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let code: number | undefined;
  let first = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    // A second Ctrl-C does not wait for a clean end.
    if (code !== undefined) {
      if (performance.now() - first < ONE_KEY_MS) return;
      process.exit(code);
    }
    first = performance.now();
    code = signal === "SIGINT" ? 130 : 143;
    process.stderr.write("\nbellwether: interrupted, stopping\n");
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    return await work(controller.signal);
  } finally {
    // The handlers stay until the very end: what the terminal's signal is repeated by may come this late.
    if (code !== undefined) process.exit(code);
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
