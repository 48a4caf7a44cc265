import type { Weights } from "@bellwether/evaluators/quality";
import { startThread } from "../thread.ts";
import type { Truth } from "../traffic/truth.ts";
import type { JudgedAnswer } from "./judged-truth.ts";

/** Judges every answer of the day beside the run, so that the product's estimates can be held against it. */
export interface JudgeOfEverything {
  add(truths: readonly Truth[]): void;
  /** Everything that was added, judged. */
  finish(): Promise<readonly JudgedAnswer[]>;
  stop(): Promise<void>;
}

/** Starts a worker thread that judges with the given weights. */
export async function judgeEverything(weights: Weights): Promise<JudgeOfEverything> {
  const { worker } = await startThread<"ready">(new URL("./truth-worker.ts", import.meta.url), {
    name: "truth",
    workerData: { weights },
    env: {},
  });
  const answers: JudgedAnswer[] = [];
  let waiting = 0;
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => undefined); // whoever waits in `finish` has it
  worker.once("error", reject);
  worker.once("exit", (code) =>
    reject(new Error(`the thread that judges every answer ended with code ${code}`)),
  );
  let onIdle: () => void = () => undefined;
  worker.on("message", (judged: readonly JudgedAnswer[]) => {
    answers.push(...judged);
    waiting -= 1;
    if (waiting === 0) onIdle();
  });
  return {
    add(truths) {
      if (truths.length === 0) return;
      waiting += 1;
      worker.postMessage(truths);
    },
    async finish() {
      const idle = new Promise<void>((resolve) => {
        onIdle = resolve;
        if (waiting === 0) resolve();
      });
      await Promise.race([idle, failed]);
      return answers;
    },
    stop: async () => void (await worker.terminate()),
  };
}
