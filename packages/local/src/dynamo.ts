import { startThread } from "./thread.ts";

/** Starts DynamoDB in memory in a worker thread. */
export async function startDynamo(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const { worker, ready } = await startThread<{ port: number }>(
    new URL("./dynamo-worker.ts", import.meta.url),
    {
      name: "dynamo",
      env: {},
    },
  );
  const stop = async () => {
    await worker.terminate();
  };
  return { url: `http://127.0.0.1:${ready.port}`, stop };
}
