import { createPriceBook } from "@bellwether/core/prices/price-book";
import { UsageError } from "./arguments.ts";
import { announce, count, progressNote } from "./gate/announce.ts";
import { conclude, type GateDocument } from "./gate/conclude.ts";
import { openBedrock } from "./gate/open-bedrock.ts";
import { type GateOptions, gateOptions } from "./gate/options.ts";
import { PATIENCE } from "./gate/patience.ts";
import { publishResult } from "./gate/publish.ts";
import { type GateInputs, readInputs } from "./gate/read-inputs.ts";
import { recordResult } from "./gate/record.ts";
import { findTarget } from "./gate/registry-target.ts";
import { renderGate } from "./gate/render.ts";
import { type GateRun, runGate } from "./gate/run-gate.ts";
import { writeResults } from "./gate/write-results.ts";
import { interruptible } from "./interrupt.ts";
import { type Io, oneLine } from "./output.ts";
import { type Progress, startProgress } from "./progress.ts";

const INTERRUPTED = 130;

/** `bellwether gate`: answers and judges a suite, and says whether a version may go on: exit code 0 passed, 1 failed, 3 not enough evidence. */
export async function run(args: string[], io: Io): Promise<number> {
  const options = gateOptions(args);
  const inputs = await readInputs(options);
  await lookForTarget(options, io);
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
    const { seed, suite } = options;
    const document = conclude(finished, inputs.pipeline, { seed, suiteFile: suite, at: new Date() });
    await writeResults(document);
    io.stdout.write(options.json ? `${JSON.stringify(document)}\n` : renderGate(document, io));
    await tellOthers(document, options, inputs);
    return document.exitCode;
  });
}

/** A registry that cannot be reached now may be back when the result is there. */
async function lookForTarget(options: GateOptions, io: Io): Promise<void> {
  try {
    await findTarget(options);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    io.stderr.write(
      `gate: the registry cannot be read (${oneLine((error as Error).message)}); tried again at the end\n`,
    );
  }
}

/** Publishes and records a result, each whatever became of the other; throws in one line what did not work. */
async function tellOthers(
  document: GateDocument,
  options: GateOptions,
  { config }: GateInputs,
): Promise<void> {
  const problems: string[] = [];
  const attempt = async (what: string, tell: () => Promise<void>): Promise<void> => {
    try {
      await tell();
    } catch (error) {
      problems.push(`the result could not be ${what}: ${oneLine((error as Error).message)}`);
    }
  };
  if (options.cloudwatch) await attempt("published to CloudWatch", () => publishResult(document));
  if (options.registry !== undefined)
    await attempt("recorded in the registry", async () => {
      const target = await findTarget(options);
      if (target !== undefined) await recordResult(document, target, createPriceBook(config));
    });
  if (problems.length > 0) throw new Error(`${problems.join("; ")} (it is in ${document.files.summary})`);
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
