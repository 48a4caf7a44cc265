import { Worker, type WorkerOptions } from "node:worker_threads";

const PRELOAD = ["--import", new URL("./compile-cache.js", import.meta.url).href];

/** Starts a worker thread and waits for its first message, which says that it is ready; rejects when it dies before that. */
export async function startThread<Ready>(
  file: URL,
  options: Pick<WorkerOptions, "workerData" | "env" | "name">,
): Promise<{ worker: Worker; ready: Ready }> {
  const worker = new Worker(file, { ...options, execArgv: PRELOAD });
  const ready = await new Promise<Ready>((resolve, reject) => {
    const died = (error: unknown) =>
      reject(
        error instanceof Error
          ? error
          : new Error(`${options.name ?? file.pathname} ended with code ${error}`),
      );
    worker.once("error", died);
    worker.once("exit", died);
    worker.once("message", (message: Ready) => {
      worker.off("error", died);
      worker.off("exit", died);
      resolve(message);
    });
  });
  return { worker, ready };
}
