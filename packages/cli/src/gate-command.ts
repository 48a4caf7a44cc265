import { announce, count, progressNote } from "./gate/announce.ts";
import { conclude } from "./gate/conclude.ts";
import { openBedrock } from "./gate/open-bedrock.ts";
import { gateOptions } from "./gate/options.ts";
import { PATIENCE } from "./gate/patience.ts";
import { readInputs } from "./gate/read-inputs.ts";
import { renderGate } from "./gate/render.ts";
import { type GateRun, runGate } from "./gate/run-gate.ts";
import { interruptible } from "./interrupt.ts";
import { type Io, oneLine } from "./output.ts";
import { type Progress, startProgress } from "./progress.ts";

const INTERRUPTED = 130;

/** `bellwether gate`: answers and judges a suite, and says whether a version may go on: exit code 0 passed, 1 failed, 3 not enough evidence. */
export async function run(args: string[], io: Io): Promise<number> {
  const options = gateOptions(args);
  const inputs = await readInputs(options);
  let bar: Progress | undefined;
  return interruptible(async (interrupted) => {
    const finished = await runGate(options, inputs, {
      openBedrock,
      patience: { ...PATIENCE, onWait: longerWaits(io) },
      interrupted,
      onPlan: (plan) => {
        announce(plan, io);
        bar = startProgress("gate", io);
      },
      onProgress: (done, spent, plan) =>
        bar?.update(done / plan.suite.items, progressNote(done, spent, plan)),
    }).finally(() => bar?.stop());
    if (finished.stopped !== undefined) io.stderr.write(`gate: ${howToGoOn(finished)}\n`);
    if (finished.stopped?.why === "interrupted") return INTERRUPTED;
    const document = conclude(finished, inputs.pipeline, options.seed);
    io.stdout.write(options.json ? `${JSON.stringify(document)}\n` : renderGate(document, io));
    return document.exitCode;
  });
}

const howToGoOn = ({ stopped, spent, files }: GateRun): string =>
  `${stopped?.reason}; ${count(spent.answers + spent.reusedAnswers, "answer")} and ${count(spent.draws + spent.reusedDraws, "judgement")} are kept in ${files.work}: run the same command again to go on from there`;

/** Says that an outage is waited for, once for every longer wait: all workers meet the same one. */
function longerWaits(io: Io): (ms: number, reason: string) => void {
  let longest = 0;
  return (ms, reason) => {
    if (ms <= longest) return;
    longest = ms;
    io.stderr.write(`gate: ${oneLine(reason)}; waiting ${ms / 1_000} s\n`);
  };
}
