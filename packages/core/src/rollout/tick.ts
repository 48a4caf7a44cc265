import type { LakeRow, LakeTable } from "../lake/tables.ts";
import { BUCKET_MS, cellOf } from "../windows/bucket.ts";
import { type Fold, foldItems } from "../windows/fold.ts";
import type { WindowItem } from "../windows/items.ts";
import { BASELINE_MS, type Baseline, freezeBaseline } from "./baseline.ts";
import { type Rollout, runningEpoch } from "./document.ts";
import { type Finding, findCanary } from "./finding.ts";
import type { RollbackPolicy } from "./policy.ts";
import type { BucketFold } from "./span.ts";

/** A bucket that was written since it was last folded, and the marks that say so. */
interface DirtyMark {
  readonly bucket: number;
  readonly tokens: readonly string[];
}

/** What a tick of detect-canary needs from the world. */
export interface TickDeps {
  readonly getRollout: (app: string) => Promise<Rollout | undefined>;
  /** Buckets written since they were last folded, oldest first, from an instant on. */
  readonly dirtyMarks: (app: string, from: number, limit: number) => Promise<DirtyMark[]>;
  readonly clearMarks: (app: string, marks: readonly DirtyMark[]) => Promise<void>;
  /** Items of a bucket in key order. */
  readonly readBucket: (app: string, bucket: number) => Promise<WindowItem[]>;
  readonly saveFolds: (
    app: string,
    cell: number,
    folds: ReadonlyMap<number, Fold>,
    now: number,
  ) => Promise<void>;
  readonly readFolds: (app: string, from: number, until: number) => Promise<BucketFold[]>;
  readonly getBaseline: (app: string, generation: number) => Promise<Baseline | undefined>;
  readonly freezeBaselineOnce: (
    app: string,
    generation: number,
    baseline: Baseline,
    now: number,
  ) => Promise<Baseline>;
  readonly getFinding: (app: string, generation: number) => Promise<Finding | undefined>;
  readonly saveFinding: (finding: Finding, now: number) => Promise<void>;
  readonly writeLake: (table: LakeTable, part: string, rows: readonly LakeRow[]) => Promise<void>;
  readonly raise: (detailType: string, detail: unknown, time: number) => Promise<void>;
}

export interface TickStage {
  readonly policy: RollbackPolicy;
  readonly lagMs: number;
  readonly partName: (...identity: string[]) => string;
}

export interface TickResult {
  readonly verdict: 0 | 1;
  /** Natural log of the combined e-value, undefined without a running canary. */
  readonly logE: number | undefined;
  /** Nothing changes before this instant unless new data arrives; `null` is for ever. */
  readonly settledUntil: number | null;
}

/** Marks read in one tick; a backlog is worked off over several. */
const MARKS_PER_TICK = 3_000;
const HOUR_MS = 3_600_000;

interface Folded {
  /** Events before this instant are folded. */
  readonly watermark: number;
  /** Marks that were folded; to be cleared once everything that follows from them is stored. */
  readonly due: readonly DirtyMark[];
  /** When the next dirty bucket closes. */
  readonly nextAt: number | null;
}

const watermarkAt = (now: number, lagMs: number): number => Math.floor((now - lagMs) / BUCKET_MS) * BUCKET_MS;

/** Folds every dirty bucket that closed before the watermark; a bucket that is written meanwhile stays dirty. */
async function foldDirty(
  app: string,
  from: number,
  now: number,
  { lagMs }: TickStage,
  deps: TickDeps,
): Promise<Folded> {
  const watermark = watermarkAt(now, lagMs);
  const marks = await deps.dirtyMarks(app, from, MARKS_PER_TICK);
  const due = marks.filter(({ bucket }) => bucket + BUCKET_MS <= watermark);
  const open = marks.find(({ bucket }) => bucket + BUCKET_MS > watermark);
  const cells = new Map<number, Map<number, Fold>>();
  await Promise.all(
    due.map(async ({ bucket }) => {
      const fold = foldItems(await deps.readBucket(app, bucket));
      const cell = cells.get(cellOf(bucket)) ?? new Map<number, Fold>();
      cells.set(cellOf(bucket), cell.set(bucket, fold));
    }),
  );
  for (const [cell, folds] of cells) await deps.saveFolds(app, cell, folds, now);
  const last = due.at(-1);
  const read = marks.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const backlog = read >= MARKS_PER_TICK && open === undefined && last !== undefined;
  return {
    // Of the last bucket some marks may be unread; it is folded again with them.
    watermark: backlog ? last.bucket : watermark,
    due,
    nextAt: backlog ? now : open === undefined ? null : open.bucket + BUCKET_MS + lagMs,
  };
}

const row = (finding: Finding, findingId: string): LakeRow => ({
  finding_id: findingId,
  at: new Date(finding.at).toISOString(),
  app: finding.app,
  generation: finding.generation,
  stable: finding.stable,
  canary: finding.canary,
  status: finding.status,
  rule: finding.rule,
  e_value: Math.exp(Math.min(finding.logE, 700)),
  watermark: new Date(finding.watermark).toISOString(),
  document: JSON.stringify(finding),
  rev: finding.at,
});

/** The lake keeps a finding when its answer changes, and one an hour. */
const isNews = (finding: Finding, previous: Finding | undefined): boolean =>
  previous === undefined ||
  previous.status !== finding.status ||
  previous.rule !== finding.rule ||
  Math.floor(previous.watermark / HOUR_MS) !== Math.floor(finding.watermark / HOUR_MS);

type RunningEpoch = NonNullable<ReturnType<typeof runningEpoch>>;

async function judge(
  app: string,
  epoch: RunningEpoch,
  previous: Finding | undefined,
  watermark: number,
  now: number,
  stage: TickStage,
  deps: TickDeps,
): Promise<Finding> {
  const frozen = await deps.getBaseline(app, epoch.generation);
  const from = frozen === undefined ? epoch.from - BASELINE_MS : epoch.from;
  const buckets = await deps.readFolds(app, from, watermark);
  const fresh = frozen ?? freezeBaseline(buckets, epoch.stable, epoch.from, watermark);
  const baseline = frozen ?? (fresh && (await deps.freezeBaselineOnce(app, epoch.generation, fresh, now)));
  const { policy, partName } = stage;
  const finding = findCanary({ app, epoch, buckets, baseline, policy, watermark, at: now });
  if (isNews(finding, previous)) {
    const id = `${app}/${finding.generation}/${new Date(finding.watermark).toISOString()}/${finding.status}`;
    await deps.writeLake("findings_log", partName("finding", id), [row(finding, id)]);
  }
  await deps.saveFinding(finding, now);
  return finding;
}

const earliest = (...instants: readonly (number | null)[]): number | null =>
  instants.reduce((least, at) => (at === null ? least : least === null ? at : Math.min(least, at)), null);

interface Look {
  readonly finding: Finding;
  readonly settledUntil: number | null;
}

/** Judges the running canary anew once per watermark; in between the stored finding stands. */
async function lookAtCanary(
  app: string,
  epoch: RunningEpoch,
  now: number,
  stage: TickStage,
  deps: TickDeps,
): Promise<Look> {
  const previous = await deps.getFinding(app, epoch.generation);
  if (previous !== undefined && previous.watermark >= watermarkAt(now, stage.lagMs)) {
    return { finding: previous, settledUntil: previous.watermark + BUCKET_MS + stage.lagMs };
  }
  const folded = await foldDirty(app, epoch.from - BASELINE_MS, now, stage, deps);
  const finding =
    previous !== undefined && folded.due.length === 0
      ? previous
      : await judge(app, epoch, previous, folded.watermark, now, stage, deps);
  // Marks go last: a crash before this line folds and judges the same buckets again.
  await deps.clearMarks(app, folded.due);
  if (finding.status === "shared_breach" && previous?.status !== "shared_breach") {
    await deps.raise("canary verdict", { app, generation: epoch.generation }, now);
  }
  return { finding, settledUntil: folded.nextAt };
}

/** Pushes on an unfinished rollback: its next step, or the verification when the bake window is complete. */
async function pushOn(
  rollout: Rollout,
  now: number,
  stage: TickStage,
  deps: TickDeps,
): Promise<number | null> {
  const { app, intent, generation } = rollout;
  if (intent === null) return null;
  const dueAt = intent.step === "verify" ? intent.verifyAt + stage.lagMs : now;
  if (dueAt > now) return dueAt;
  const folded = await foldDirty(app, intent.at - BASELINE_MS, now, stage, deps);
  await deps.clearMarks(app, folded.due);
  await deps.raise("canary verdict", { app, generation }, now);
  return now;
}

/** One look at an app: folds what changed, judges a running canary, and pushes on an unfinished rollback. */
export async function tickApp(
  app: string,
  now: number,
  stage: TickStage,
  deps: TickDeps,
): Promise<TickResult> {
  const rollout = await deps.getRollout(app);
  if (rollout === undefined) return { verdict: 0, logE: undefined, settledUntil: null };
  const epoch = runningEpoch(rollout);
  const running = epoch !== undefined && now >= epoch.from;
  const look = running ? await lookAtCanary(app, epoch, now, stage, deps) : undefined;
  const intentAt = await pushOn(rollout, now, stage, deps);
  const verdict = look?.finding.status === "breach" ? 1 : 0;
  // The alarm rings once per transition; while the verdict stands, every tick rings again.
  if (verdict === 1) await deps.raise("canary verdict", { app, generation: rollout.generation }, now);
  const startsAt = epoch !== undefined && !running ? epoch.from : null;
  return {
    verdict,
    logE: look?.finding.logE,
    settledUntil: earliest(look?.settledUntil ?? null, startsAt, verdict === 1 ? now : null, intentAt),
  };
}
