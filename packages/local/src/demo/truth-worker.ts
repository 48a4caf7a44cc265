import { parentPort, workerData } from "node:worker_threads";
import type { Weights } from "@bellwether/evaluators/quality";
import type { Truth } from "../traffic/truth.ts";
import { judgeTruth } from "./judged-truth.ts";

const { weights } = workerData as { weights: Weights };
parentPort?.on("message", (truths: readonly Truth[]) => {
  const answers = truths.map((truth) => judgeTruth(truth, weights)).filter((answer) => answer !== undefined);
  parentPort?.postMessage(answers);
});
parentPort?.postMessage("ready");
