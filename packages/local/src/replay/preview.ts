import { type Config, parseConfig } from "@bellwether/core/config/config";
import { applyAppEvent } from "@bellwether/core/feedback/apply";
import { type IngestReport, ingestObject } from "@bellwether/core/ingest/ingest-object";
import { createPriceBook, type PriceBook } from "@bellwether/core/prices/price-book";
import { nextGeneration, type Rollout } from "@bellwether/core/rollout/document";
import { paceTick, UnpricedJudgeError } from "@bellwether/core/sampling/pace-tick";
import { createScheduler } from "../scheduler.ts";
import type { PlannedEvent } from "./feedback-file.ts";
import { planReplay, type ReplayPlan, type ReplaySource } from "./plan-replay.ts";
import { type JudgeEstimate, judgeEstimate } from "./preview-judge-price.ts";
import { createPreviewStage, type PreviewStage } from "./preview-stage.ts";
import type { SamplingTally } from "./preview-tally.ts";
import type { RolloutFile } from "./rollout-file.ts";

export interface PreviewOptions extends ReplaySource {
  /** Fraction of the bytes read, and the virtual time. */
  readonly onProgress: (done: number, at: number) => void;
  readonly signal: AbortSignal;
}

/** What both presets would have judged of the recorded traffic. */
export interface Preview {
  readonly config: Config;
  readonly records: Pick<IngestReport, "read" | "kept" | "quarantined" | "duplicate" | "ignored">;
  readonly span: { readonly from: number; readonly to: number } | undefined;
  readonly estimate: JudgeEstimate;
  readonly fixed: SamplingTally;
  /** Null when the judge has no price: then no budget can be obeyed. */
  readonly budgeted: SamplingTally | null;
}

/** One preset on its way through the logs. */
interface Run {
  readonly stage: PreviewStage;
  advanceTo(at: number): Promise<void>;
  deliverObject(key: string, at: number): Promise<IngestReport>;
  deliverEvent(event: PlannedEvent, at: number, id: string): Promise<void>;
}

type World = Omit<Parameters<typeof createPreviewStage>[0], "config">;

const partName = (...identity: string[]): string => identity.join("/");

function rolloutOf(file: RolloutFile | null): Rollout | null {
  if (file === null) return null;
  const { app, startedAt, ...split } = file;
  const change = { ...split, at: startedAt, by: "preview", reason: "--rollout", action: "start" } as const;
  return nextGeneration(undefined, app, change);
}

function namedIn(events: readonly PlannedEvent[]): Set<string> {
  const ids = events.map(({ detail }) => (detail as { requestId?: unknown }).requestId);
  return new Set(ids.filter((id): id is string => typeof id === "string"));
}

function startRun(config: Config, prices: PriceBook, start: number, world: World): Run {
  const stage = createPreviewStage({ ...world, config });
  const paced = config.sampling.preset === "budgeted";
  const scheduler = createScheduler(paced ? [{ name: "pace", rateMinutes: 1 }] : []);
  let now = start;
  return {
    stage,
    advanceTo: async (at) => {
      for (let tick = scheduler.nextTickAt(now); tick <= at; tick = scheduler.nextTickAt(tick)) {
        world.signal.throwIfAborted();
        const { settledUntil } = await paceTick(tick, config, prices, stage.pace);
        scheduler.finish("pace", {
          settledUntil: settledUntil === null ? null : new Date(settledUntil).toISOString(),
        });
      }
      now = Math.max(now, at);
    },
    deliverObject: (key, deliveredAt) => {
      scheduler.noteWork();
      return ingestObject({ key, deliveredAt }, { config, prices, partName }, stage.ingest);
    },
    deliverEvent: async ({ detailType, detail }, time, id) => {
      scheduler.noteWork();
      await applyAppEvent({ id, detailType, detail, time }, { config, partName }, stage.feedback);
    },
  };
}

/** Takes everything delivered through the runs in order of time; gives the counts of records. */
async function deliverAll(
  plan: ReplayPlan,
  runs: readonly Run[],
  { onProgress, signal }: PreviewOptions,
): Promise<Preview["records"]> {
  const records = { read: 0, kept: 0, quarantined: 0, duplicate: 0, ignored: 0 };
  const { objects, events } = plan;
  const total = objects.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  let next = 0;
  const deliverEventsUntil = async (until: number): Promise<void> => {
    for (let event = events[next]; event !== undefined && event.at <= until; event = events[++next]) {
      for (const run of runs) {
        await run.advanceTo(event.at);
        await run.deliverEvent(event, event.at, `event-${next}`);
      }
    }
  };
  for (const { key, at, bytes } of objects) {
    signal.throwIfAborted();
    await deliverEventsUntil(at);
    let report: IngestReport | undefined;
    for (const run of runs) {
      await run.advanceTo(at);
      report = await run.deliverObject(key, at);
    }
    for (const name of Object.keys(records) as (keyof typeof records)[]) records[name] += report?.[name] ?? 0;
    done += bytes;
    onProgress(done / total, at);
  }
  await deliverEventsUntil(Number.POSITIVE_INFINITY);
  return records;
}

/**
 * Runs recorded logs through ingest, feedback and pace of the product on stores in memory, once for each preset, and
 * counts what would be judged; nothing is. Rejects with DeliveryError for an unusable folder and UnpricedJudgeError when
 * the configuration has a budget and its judge no price.
 */
export async function preview(options: PreviewOptions): Promise<Preview> {
  const given = parseConfig(options.config);
  const prices = createPriceBook(given);
  const plan = await planReplay(options);
  const estimate = judgeEstimate(given, prices);
  const isPriced = estimate.picoUsd({}, plan.start) !== null;
  if (!isPriced && given.sampling.preset === "budgeted")
    throw new UnpricedJudgeError(
      `no price is known for the judge ${estimate.modelId}: a budget cannot be obeyed`,
    );
  const world: World = {
    estimate,
    rollout: rolloutOf(options.rollout),
    named: namedIn(plan.events),
    files: new Map([...plan.objects, ...plan.bodies].map(({ key, file }) => [key, file])),
    logsBucket: plan.bucket,
    signal: options.signal,
  };
  const runOf = (preset: Config["sampling"]["preset"]): Run =>
    startRun(
      { ...given, apps: [...plan.apps], sampling: { ...given.sampling, preset } },
      prices,
      plan.start,
      world,
    );
  const fixed = runOf("fixed");
  const budgeted = isPriced ? runOf("budgeted") : null;
  const records = await deliverAll(plan, budgeted === null ? [fixed] : [fixed, budgeted], options);
  return {
    config: given,
    records,
    span: fixed.stage.span(),
    estimate,
    fixed: fixed.stage.tally,
    budgeted: budgeted?.stage.tally ?? null,
  };
}
