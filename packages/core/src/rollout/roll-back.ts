import type { LakeRow, LakeTable } from "../lake/tables.ts";
import type { Notice } from "../notices/notice.ts";
import type { Fold } from "../windows/fold.ts";
import { variantsOf } from "../windows/variants.ts";
import { decideCanary, type RollbackDecision } from "./decision.ts";
import {
  type CanaryRun,
  nextGeneration,
  type RollbackIntent,
  type Rollout,
  runningCanary,
} from "./document.ts";
import { documentOf, type Finding } from "./finding.ts";
import { heldNotice, moveNotice, recoveryNotice, rollbackNotice } from "./notice.ts";
import type { RollbackPolicy } from "./policy.ts";
import { postmortem } from "./postmortem.ts";
import { judgeRecovery } from "./recovery.ts";

/** What rollback needs from the world. */
export interface RollbackDeps {
  readonly getRollout: (app: string) => Promise<Rollout | undefined>;
  /** Compare-and-set on generation and step; false when somebody was faster. */
  readonly putRollout: (next: Rollout, expected: { generation: number; step: string }) => Promise<boolean>;
  readonly getFinding: (app: string, generation: number) => Promise<Finding | undefined>;
  readonly readFolds: (
    app: string,
    from: number,
    until: number,
  ) => Promise<{ readonly start: number; readonly fold: Fold }[]>;
  readonly writeLake: (table: LakeTable, part: string, rows: readonly LakeRow[]) => Promise<void>;
  readonly writeDocument: (key: string, text: string, contentType: string) => Promise<void>;
  readonly notify: (notice: Notice) => Promise<void>;
  /** Tell the version registry, which may not know the version; safe to repeat. */
  readonly noteRollback: (app: string, version: string, reason: string, at: number) => Promise<void>;
  readonly notePromotion: (app: string, version: string, reason: string, at: number) => Promise<void>;
}

export interface RollbackStage {
  readonly policy: RollbackPolicy;
  readonly lagMs: number;
  readonly partName: (...identity: string[]) => string;
}

const iso = (at: number): string => new Date(at).toISOString();
const asRead = (rollout: Rollout) => ({
  generation: rollout.generation,
  step: rollout.intent?.step ?? "none",
});

async function record(
  rollout: Rollout,
  intent: RollbackIntent,
  stage: RollbackStage,
  deps: RollbackDeps,
): Promise<void> {
  const { app, generation } = rollout;
  const finding = await deps.getFinding(app, intent.judged);
  await deps.writeLake("rollbacks_log", stage.partName("rollback", app, String(generation)), [
    {
      app,
      generation,
      at: iso(intent.at),
      from_variant: intent.from,
      to_variant: intent.to,
      rule: intent.rule,
      reason: intent.reason,
      e_value: finding === undefined ? null : Math.exp(Math.min(finding.logE, 700)),
      document: `{"intent":${JSON.stringify(intent)},"finding":${finding === undefined ? "null" : documentOf(finding)}}`,
      rev: 1,
    },
  ]);
}

async function verify(
  rollout: Rollout,
  intent: RollbackIntent,
  stage: RollbackStage,
  deps: RollbackDeps,
): Promise<void> {
  const { app, generation } = rollout;
  const folds = await deps.readFolds(app, intent.at, intent.verifyAt);
  const buckets = folds.map(({ start, fold }) => ({ start, fold: variantsOf(fold) }));
  const names = { stable: intent.to, canary: intent.from };
  const recovery = judgeRecovery(buckets, names, stage.policy, intent.at, intent.verifyAt);
  const finding = await deps.getFinding(app, intent.judged);
  const key = `postmortems/${encodeURIComponent(app)}/${generation}.md`;
  await deps.writeDocument(key, postmortem(app, intent, finding, recovery), "text/markdown; charset=utf-8");
  await deps.notify(recoveryNotice({ app, generation }, intent, recovery, key));
}

/** Takes one step of a stored intent and gives the step that follows; undefined when that was the last. */
async function takeStep(
  rollout: Rollout,
  intent: RollbackIntent,
  stage: RollbackStage,
  deps: RollbackDeps,
): Promise<RollbackIntent["step"] | undefined> {
  const { app } = rollout;
  const { kind, step, from, to, reason, at } = intent;
  if (step === "record") {
    await record(rollout, intent, stage, deps);
    await deps.noteRollback(app, from, reason, at);
    return "verify";
  }
  if (step === "verify") {
    await verify(rollout, intent, stage, deps);
    return undefined;
  }
  const finding = await deps.getFinding(app, intent.judged);
  if (kind === "rollback") {
    await deps.notify(rollbackNotice(rollout, intent, finding, stage.policy.alpha));
    return "record";
  }
  await deps.notify(moveNotice(rollout, { ...intent, kind }, finding, stage.policy.alpha));
  if (kind === "promote") await deps.notePromotion(app, to, reason, at);
  return undefined;
}

/** Takes the remaining steps of a stored intent that are due; each is safe to repeat, and each is stored when done. */
async function resume(
  rollout: Rollout,
  now: number,
  stage: RollbackStage,
  deps: RollbackDeps,
): Promise<void> {
  let current = rollout;
  for (;;) {
    const { intent } = current;
    if (intent === null || (intent.step === "verify" && now < intent.verifyAt + stage.lagMs)) return;
    const step = await takeStep(current, intent, stage, deps);
    const next: Rollout = { ...current, intent: step === undefined ? null : { ...intent, step } };
    // Losing this race means somebody else took the same step; the effects carry the same keys.
    if (!(await deps.putRollout(next, asRead(current)))) return;
    current = next;
  }
}

type Move = RollbackDecision & { readonly action: "rollback" | "advance" | "promote" };

const isMove = (decision: RollbackDecision): decision is Move =>
  decision.action === "rollback" || decision.action === "advance" || decision.action === "promote";

/** The rollout after a move, with the intent of what is still to be done about it. */
function moved(
  rollout: Rollout,
  run: CanaryRun,
  { action, rule, reason }: Move,
  now: number,
  { policy }: RollbackStage,
): Rollout {
  const { ramp, app } = rollout;
  const { stable, canary } = run;
  const step = ramp === null ? undefined : ramp.steps[ramp.step + 1];
  const next = nextGeneration(rollout, app, {
    at: now,
    action,
    stable: action === "promote" ? canary : stable,
    canary: action === "advance" ? canary : null,
    share: action === "advance" ? (step?.share ?? run.share) : 0,
    by: "bellwether",
    reason,
  });
  const intent: RollbackIntent = {
    kind: action,
    // People first: evidence or a registry that cannot be written keeps nobody from being paged.
    step: "page",
    at: now,
    from: action === "rollback" ? canary : stable,
    to: action === "rollback" ? stable : canary,
    rule,
    reason,
    judged: run.id,
    verifyAt: now + policy.bake,
  };
  return { ...next, intent };
}

/**
 * Answers a doorbell: finishes what was begun, then applies the rules to the stored finding. One compare-and-set moves
 * the pointer and stores the intent, so any number of alarms make exactly one move, and a crash is resumed.
 */
export async function rollBack(
  app: string,
  now: number,
  stage: RollbackStage,
  deps: RollbackDeps,
): Promise<RollbackDecision> {
  let rollout = await deps.getRollout(app);
  if (rollout === undefined)
    return { action: "hold", rule: "no_rollout", reason: `${app} has no rollout document` };
  if (rollout.intent !== null) {
    await resume(rollout, now, stage, deps);
    rollout = (await deps.getRollout(app)) ?? rollout;
  }
  const run = runningCanary(rollout);
  const finding = run && (await deps.getFinding(app, run.id));
  const decision = decideCanary(rollout, finding, stage.policy);
  if (decision.action === "page_and_hold") {
    const incident = { app, generation: rollout.generation };
    await deps.notify(heldNotice(incident, now, decision, finding, stage.policy.alpha));
  }
  if (!isMove(decision) || run === undefined) return decision;
  const next = moved(rollout, run, decision, now, stage);
  if (!(await deps.putRollout(next, asRead(rollout)))) {
    return { action: "hold", rule: "lost_race", reason: "another alarm moved the pointer first" };
  }
  await resume(next, now, stage, deps);
  return decision;
}
