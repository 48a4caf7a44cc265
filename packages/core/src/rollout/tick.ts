import type { LakeRow, LakeTable } from "../lake/tables.ts";
import { BUCKET_MS } from "../windows/bucket.ts";
import type { Fold } from "../windows/fold.ts";
import { type FoldDeps, type Folded, foldDirty } from "../windows/fold-dirty.ts";
import { variantsOf } from "../windows/variants.ts";
import { BASELINE_MS, type Baseline, freezeBaseline } from "./baseline.ts";
import { type Rollout, runningEpoch } from "./document.ts";
import { type Finding, findCanary } from "./finding.ts";
import type { RollbackPolicy } from "./policy.ts";

/** What a tick of detect-canary needs from the world. */
export interface TickDeps extends FoldDeps {
  readonly getRollout: (app: string) => Promise<Rollout | undefined>;
  /** What `noteFolded` last noted about an app. */
  readonly foldNote: (
    app: string,
  ) => Promise<{ readonly token: string; readonly newest: number } | undefined>;
  /** Folds of 5-minute buckets that start in [from, until), ascending. */
  readonly readFolds: (
    app: string,
    from: number,
    until: number,
  ) => Promise<{ readonly start: number; readonly fold: Fold }[]>;
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

const HOUR_MS = 3_600_000;

const watermarkAt = (now: number, lagMs: number): number => Math.floor((now - lagMs) / BUCKET_MS) * BUCKET_MS;

/** When the next bucket that holds something closes; `now` when there is more to fold, null when there is nothing. */
function nextCloses(
  { open, backlog }: Folded,
  newest: number | undefined,
  now: number,
  lagMs: number,
): number | null {
  if (backlog) return now;
  const closings = [open, newest ?? null]
    .filter((bucket) => bucket !== null)
    .map((bucket) => bucket + BUCKET_MS + lagMs)
    .filter((at) => at > now);
  return closings.length === 0 ? null : Math.min(...closings);
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
  { watermark, folds }: { readonly watermark: number; readonly folds: string | null },
  now: number,
  stage: TickStage,
  deps: TickDeps,
): Promise<Finding> {
  const frozen = await deps.getBaseline(app, epoch.generation);
  const from = frozen === undefined ? epoch.from - BASELINE_MS : epoch.from;
  const buckets = (await deps.readFolds(app, from, watermark)).map(({ start, fold }) => ({
    start,
    fold: variantsOf(fold),
  }));
  const fresh = frozen ?? freezeBaseline(buckets, epoch.stable, epoch.from, watermark);
  const baseline = frozen ?? (fresh && (await deps.freezeBaselineOnce(app, epoch.generation, fresh, now)));
  const { policy, partName } = stage;
  const finding = findCanary({ app, epoch, buckets, baseline, policy, watermark, at: now, folds });
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

/** Did somebody fold a bucket that had not closed at the finding's watermark? */
const isOpen = ({ watermark }: Finding, newest: number | undefined): boolean =>
  newest !== undefined && newest + BUCKET_MS > watermark;

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
  const until = watermarkAt(now, stage.lagMs);
  const folded = await foldDirty(app, { from: epoch.from - BASELINE_MS, until, now }, deps);
  // Read before the folds: what changes after this line is judged at the next look.
  const note = await deps.foldNote(app);
  const folds = note?.token ?? null;
  const finding =
    previous !== undefined && previous.folds === folds && !isOpen(previous, note?.newest)
      ? previous
      : await judge(app, epoch, previous, { watermark: folded.watermark, folds }, now, stage, deps);
  if (finding.status === "shared_breach" && previous?.status !== "shared_breach") {
    await deps.raise("canary verdict", { app, generation: epoch.generation }, now);
  }
  return { finding, settledUntil: nextCloses(folded, note?.newest, now, stage.lagMs) };
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
  const until = watermarkAt(now, stage.lagMs);
  await foldDirty(app, { from: intent.at - BASELINE_MS, until, now }, deps);
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
