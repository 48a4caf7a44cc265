import type { LakeRow, LakeTable } from "../lake/tables.ts";
import type { Notice } from "../notices/notice.ts";
import type { Fold } from "../windows/fold.ts";
import { variantsOf } from "../windows/variants.ts";
import { decideRollback, type RollbackDecision } from "./decision.ts";
import { nextGeneration, type RollbackIntent, type Rollout } from "./document.ts";
import type { Finding } from "./finding.ts";
import { recoveryNotice, rollbackNotice, sharedBreachNotice } from "./notice.ts";
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
      document: JSON.stringify({ intent, finding }),
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
    if (intent.step === "record") await record(current, intent, stage, deps);
    else if (intent.step === "page") {
      const finding = await deps.getFinding(current.app, intent.judged);
      await deps.notify(rollbackNotice(current, intent, finding, stage.policy.alpha));
    } else await verify(current, intent, stage, deps);
    const step = intent.step === "record" ? "page" : "verify";
    const next: Rollout = { ...current, intent: intent.step === "verify" ? null : { ...intent, step } };
    // Losing this race means somebody else took the same step; the effects carry the same keys.
    if (!(await deps.putRollout(next, asRead(current)))) return;
    current = next;
  }
}

/**
 * Answers a doorbell: finishes what was begun, then applies the rules to the stored finding. One compare-and-set moves
 * the pointer and stores the intent, so any number of alarms make exactly one rollback, and a crash is resumed.
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
  const finding = await deps.getFinding(app, rollout.generation);
  const decision = decideRollback(rollout, finding);
  const { canary, generation, stable } = rollout;
  if (decision.action === "page_and_hold") {
    const incident = { app, generation };
    await deps.notify(sharedBreachNotice(incident, now, decision, finding, stage.policy.alpha));
  }
  if (decision.action !== "rollback" || canary === null) return decision;
  const { rule, reason } = decision;
  const change = {
    at: now,
    action: "rollback",
    stable,
    canary: null,
    share: 0,
    by: "bellwether",
    reason,
  } as const;
  const moved: Rollout = {
    ...nextGeneration(rollout, app, change),
    intent: {
      step: "record",
      at: now,
      from: canary,
      to: stable,
      rule,
      reason,
      judged: generation,
      verifyAt: now + stage.policy.bake,
    },
  };
  if (!(await deps.putRollout(moved, asRead(rollout)))) {
    return { action: "hold", rule: "lost_race", reason: "another alarm moved the pointer first" };
  }
  await resume(moved, now, stage, deps);
  return decision;
}
