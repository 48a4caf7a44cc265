import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Side } from "@bellwether/core/gate/outcome";
import { type SuiteItem, sampleSuite } from "@bellwether/core/gate/suite";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { UsageError } from "../arguments.ts";
import type { AnswerSource } from "./answer-source.ts";
import { gateJudge } from "./judge-draw.ts";
import type { Bedrock } from "./open-bedrock.ts";
import type { GateOptions } from "./options.ts";
import type { Patience } from "./patience.ts";
import { planOf, type RunPlan } from "./plan.ts";
import type { GateInputs } from "./read-inputs.ts";
import { createStop, runSides, type Stopped, sideOf } from "./run-sides.ts";
import { type Base, openBase, openSource } from "./sources.ts";
import { type Spent, startWork } from "./work.ts";
import { openWorkLog } from "./work-log.ts";
import { type ResultFiles, removeResults, resultFiles } from "./write-results.ts";

/** What a run came to. */
export interface GateRun {
  readonly head: Side;
  readonly base: Side | undefined;
  readonly spent: Spent;
  /** Why it ended early; undefined when everything was done. */
  readonly stopped: Stopped | undefined;
  readonly plan: RunPlan;
  /** The outcomes are written; what was made of them is for the caller to write. */
  readonly files: ResultFiles & {
    readonly head: string;
    readonly base: string | null;
    readonly work: string;
  };
}

/** The world around a run. */
export interface GateWorld {
  readonly openBedrock: (standIn: boolean) => Promise<Bedrock>;
  readonly patience: Patience;
  readonly interrupted: AbortSignal;
  readonly onPlan: (plan: RunPlan) => void;
  readonly onProgress: (done: number, spent: Spent, plan: RunPlan) => void;
}

/** Answers and judges a suite for one or two sides, and writes their outcomes; what was paid before is not paid again. */
export async function runGate(options: GateOptions, inputs: GateInputs, world: GateWorld): Promise<GateRun> {
  const { suite, pipeline, config, policy } = inputs;
  const { repeats } = pipeline.policy;
  const prices = createPriceBook(config);
  const items = sampleSuite(suite.items, pipeline.quality?.sampleSize);
  const bedrock = await world.openBedrock(options.standIn);
  const opened: AnswerSource[] = [];
  try {
    const { converse } = bedrock;
    const { app, standIn } = options;
    const judge = gateJudge({ config, policy, app, prices, standIn, repeats, converse });
    opened.push(labelled(await openSource(options.head, options, prices), options.label));
    const run = { judge: judge.identity, suiteHash: suite.hash };
    const base =
      options.base && renamed(await openBase(options.base, run, options, prices), options.baseLabel);
    if (base?.kind === "source") opened.push(base.source);
    refuseAnswersOfOthers(opened, suite.items);
    const files = await outFiles(options.out);
    await removeResults(files);
    const log = openWorkLog(files.work);
    try {
      const plan = planOf({ suite, items, judge, sources: opened, base, pipeline, log });
      world.onPlan(plan);
      const stop = createStop();
      const onInterrupt = () => stop.stop({ why: "interrupted", reason: "interrupted" });
      world.interrupted.addEventListener("abort", onInterrupt, { once: true });
      const minutes = pipeline.quality?.timeoutMinutes;
      const onTimeout = () =>
        stop.stop({ why: "timeout", reason: `the ${minutes} minutes of timeout_minutes are over` });
      const timer = minutes === undefined ? undefined : setTimeout(onTimeout, minutes * 60_000);
      try {
        const work = startWork({ log, judge, patience: world.patience, signal: stop.signal });
        const [headItems = [], baseItems] = await runSides(
          { items, sources: opened, repeats, concurrency: options.concurrency },
          work,
          stop,
          (done) => world.onProgress(done, work.spent, plan),
        );
        const side = (source: AnswerSource | undefined, outcomes: typeof headItems): Side =>
          sideOf(source?.label ?? "", suite.hash, judge.identity, outcomes);
        const head = side(opened[0], headItems);
        const other =
          base === undefined
            ? undefined
            : base.kind === "stored"
              ? { ...base.side, items: ofItems(base.side, items) }
              : side(base.source, baseItems ?? []);
        await writeSide(files.head, head);
        // Without a base, the one of an earlier run must not pass for this run's.
        if (other === undefined) await rm(files.base, { force: true });
        else await writeSide(files.base, other);
        const stopped = stop.stopped();
        if (stopped === undefined) log.finish(new Date());
        return {
          head,
          base: other,
          spent: work.spent,
          stopped,
          plan,
          files: { ...files, base: other === undefined ? null : files.base },
        };
      } finally {
        clearTimeout(timer);
        world.interrupted.removeEventListener("abort", onInterrupt);
      }
    } finally {
      log.close();
    }
  } finally {
    for (const source of opened) source.close();
    await bedrock.close();
  }
}

/** The source under another name, where one is given. */
const labelled = (source: AnswerSource, label: string | undefined): AnswerSource =>
  label === undefined ? source : { ...source, label };

const renamed = (base: Base, label: string | undefined): Base => {
  if (label === undefined) return base;
  return base.kind === "source"
    ? { ...base, source: labelled(base.source, label) }
    : { ...base, side: { ...base.side, label } };
};

const ofItems = ({ items }: Side, wanted: readonly SuiteItem[]): Side["items"] => {
  const ids = new Set(wanted.map(({ id }) => id));
  return items.filter(({ itemId }) => ids.has(itemId));
};

/** Answers under ids that the suite does not know are most likely those of another suite. */
function refuseAnswersOfOthers(sources: readonly AnswerSource[], items: readonly SuiteItem[]): void {
  const known = new Set(items.map(({ id }) => id));
  for (const { label, ids } of sources) {
    const stranger = ids === undefined ? undefined : [...ids].find((id) => !known.has(id));
    if (stranger !== undefined)
      throw new UsageError(`${label} answers ${JSON.stringify(stranger)}, which is no item of the suite`);
  }
}

async function outFiles(
  out: string,
): Promise<ResultFiles & { readonly head: string; readonly base: string; readonly work: string }> {
  try {
    await mkdir(out, { recursive: true });
  } catch (error) {
    throw new UsageError(
      `--out ${out} cannot be written to (${(error as NodeJS.ErrnoException).code ?? "error"})`,
    );
  }
  return {
    head: join(out, "outcomes-head.json"),
    base: join(out, "outcomes-base.json"),
    work: join(out, "work.jsonl"),
    ...resultFiles(out),
  };
}

const writeSide = (file: string, side: Side): Promise<void> =>
  writeFile(file, `${JSON.stringify(side, null, 1)}\n`);
