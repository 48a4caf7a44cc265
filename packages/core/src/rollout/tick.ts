import type { LakeRow, LakeTable } from "../lake/tables.ts";
import type { AgreementNote } from "../review/agreement-note.ts";
import { distrustOf, type PresentJudge } from "../review/trust.ts";
import { BUCKET_MS } from "../windows/bucket.ts";
import type { Fold } from "../windows/fold.ts";
import { type FoldDeps, type Folded, foldDirty } from "../windows/fold-dirty.ts";
import { variantsOf } from "../windows/variants.ts";
import { BASELINE_MS, type Baseline, freezeBaseline } from "./baseline.ts";
import { isOverdue, patienceEnd } from "./conduct.ts";
import { decideCanary, type RollbackDecision } from "./decision.ts";
import { type CanaryRun, type Rollout, runningCanary } from "./document.ts";
import { documentOf, type Finding, findCanary } from "./finding.ts";
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
  readonly getBaseline: (app: string, run: number) => Promise<Baseline | undefined>;
  readonly freezeBaselineOnce: (
    app: string,
    run: number,
    baseline: Baseline,
    now: number,
  ) => Promise<Baseline>;
  readonly getFinding: (app: string, run: number) => Promise<Finding | undefined>;
  readonly saveFinding: (finding: Finding, now: number) => Promise<void>;
  readonly writeLake: (table: LakeTable, part: string, rows: readonly LakeRow[]) => Promise<void>;
  /** What people's labels last said of the judge in one metric. */
  readonly getAgreement: (app: string, metric: string) => Promise<AgreementNote | undefined>;
  readonly raise: (detailType: string, detail: unknown, time: number) => Promise<void>;
}

export interface TickStage {
  readonly policy: RollbackPolicy;
  readonly lagMs: number;
  readonly judge: PresentJudge;
  /** Days after which labels no longer vouch for the judge. */
  readonly staleDays: number;
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
  document: documentOf(finding),
  rev: finding.at,
});

/** The lake keeps a finding when its answer changes, and one an hour. */
const isNews = (finding: Finding, previous: Finding | undefined): boolean =>
  previous === undefined ||
  previous.status !== finding.status ||
  previous.rule !== finding.rule ||
  Math.floor(previous.watermark / HOUR_MS) !== Math.floor(finding.watermark / HOUR_MS);

async function judge(
  rollout: Rollout,
  run: CanaryRun,
  previous: Finding | undefined,
  { watermark, folds }: { readonly watermark: number; readonly folds: string | null },
  now: number,
  stage: TickStage,
  deps: TickDeps,
): Promise<Finding> {
  const { app, unit } = rollout;
  const frozen = await deps.getBaseline(app, run.id);
  const from = frozen === undefined ? run.from - BASELINE_MS : run.from;
  const buckets = (await deps.readFolds(app, from, watermark)).map(({ start, fold }) => ({
    start,
    fold: variantsOf(fold),
  }));
  const fresh = frozen ?? freezeBaseline(buckets, run.stable, run.from, watermark);
  const baseline = frozen ?? (fresh && (await deps.freezeBaselineOnce(app, run.id, fresh, now)));
  const { policy, partName, judge: present, staleDays } = stage;
  const distrust =
    policy.judge.requireAgreement.length === 0
      ? undefined
      : distrustOf(await deps.getAgreement(app, "quality"), present, now, staleDays);
  const looked = { app, run, unit, buckets, baseline, policy, watermark, at: now, folds, distrust };
  const finding = findCanary(looked);
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
  readonly decision: RollbackDecision;
  /** Whether the decision is another one than before. */
  readonly isNew: boolean;
  readonly settledUntil: number | null;
}

/** Did somebody fold a bucket that had not closed at the finding's watermark? */
const isOpen = ({ watermark }: Finding, newest: number | undefined): boolean =>
  newest !== undefined && newest + BUCKET_MS > watermark;

/** Judges the running canary anew once per watermark; in between the stored finding stands. */
async function lookAtCanary(
  rollout: Rollout,
  run: CanaryRun,
  now: number,
  stage: TickStage,
  deps: TickDeps,
): Promise<Look> {
  const { app } = rollout;
  const { policy } = stage;
  const previous = await deps.getFinding(app, run.id);
  const known = previous?.generation === run.generation ? previous : undefined;
  if (known !== undefined && known.watermark >= watermarkAt(now, stage.lagMs)) {
    const decision = decideCanary(rollout, known, policy);
    return {
      finding: known,
      decision,
      isNew: false,
      settledUntil: known.watermark + BUCKET_MS + stage.lagMs,
    };
  }
  const until = watermarkAt(now, stage.lagMs);
  const folded = await foldDirty(app, { from: run.from - BASELINE_MS, until, now }, deps);
  // Read before the folds: what changes after this line is judged at the next look.
  const note = await deps.foldNote(app);
  const folds = note?.token ?? null;
  const finding =
    known !== undefined &&
    known.folds === folds &&
    !isOpen(known, note?.newest) &&
    isOverdue(rollout, run, known) === isOverdue(rollout, run, folded)
      ? known
      : await judge(rollout, run, previous, { watermark: folded.watermark, folds }, now, stage, deps);
  const decision = decideCanary(rollout, finding, policy);
  const before = known === undefined ? undefined : decideCanary(rollout, known, policy);
  const isNew = before?.action !== decision.action || before.rule !== decision.rule;
  const end = patienceEnd(rollout, run);
  // Silence ends nobody's patience by itself.
  const patience = end === null || folded.watermark > end ? null : end + BUCKET_MS + stage.lagMs;
  const settledUntil = earliest(nextCloses(folded, note?.newest, now, stage.lagMs), patience);
  return { finding, decision, isNew, settledUntil };
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
  const run = runningCanary(rollout);
  const running = run !== undefined && now >= run.from;
  const look = running ? await lookAtCanary(rollout, run, now, stage, deps) : undefined;
  const intentAt = await pushOn(rollout, now, stage, deps);
  const verdict = look?.decision.action === "rollback" ? 1 : 0;
  const moves = look !== undefined && ["rollback", "advance", "promote"].includes(look.decision.action);
  // The alarm rings once per transition; while there is something to do, every tick rings again.
  if (moves || (look?.isNew === true && look.decision.action === "page_and_hold"))
    await deps.raise("canary verdict", { app, generation: rollout.generation }, now);
  const startsAt = run !== undefined && !running ? run.from : null;
  return {
    verdict,
    logE: look?.finding.logE,
    settledUntil: earliest(look?.settledUntil ?? null, startsAt, moves ? now : null, intentAt),
  };
}
