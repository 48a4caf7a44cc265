import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** Runs jobs in at most `mostWorkers` threads, each of which takes the next job when it is through with one; outcomes by `keyOf`, in the order of the jobs. */
export async function runJobs<Job, Outcome>(
  workerFile: URL,
  jobs: readonly Job[],
  { mostWorkers, keyOf }: { readonly mostWorkers: number; readonly keyOf: (job: Job) => string },
): Promise<ReadonlyMap<string, readonly Outcome[]>> {
  const done: (readonly Outcome[])[] = [];
  let next = 0;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(workerFile);
      let index = -1;
      const take = (): void => {
        index = next++;
        const job = jobs[index];
        if (job === undefined) worker.terminate().then(() => resolve(), reject);
        else worker.postMessage(job);
      };
      worker.on("message", (outcomes: readonly Outcome[]) => {
        done[index] = outcomes;
        take();
      });
      worker.once("error", reject);
      take();
    });
  const workers = Math.max(1, Math.min(mostWorkers, availableParallelism()));
  await Promise.all(Array.from({ length: workers }, work));
  const outcomes = new Map<string, Outcome[]>();
  jobs.forEach((job, index) => {
    const key = keyOf(job);
    outcomes.set(key, [...(outcomes.get(key) ?? []), ...(done[index] ?? [])]);
  });
  return outcomes;
}
