import type { Lake } from "@bellwether/local/lake/open-lake";
import type { FinishedRun } from "@bellwether/local/replay/finished-run";
import { awsUsdPerMillion } from "./aws-cost.ts";
import { type CostSummary, costSummary } from "./cost.ts";
import { type EvaluationSummary, evaluationSummary } from "./evaluation.ts";
import { table } from "./rows.ts";

/** The `--json` document of replay and demo. */
export interface Summary {
  readonly records: { read: number; kept: number; quarantined: number; duplicate: number; ignored: number };
  readonly sampling: {
    readonly byReason: Readonly<Record<string, number>>;
    readonly byPriority: Readonly<Record<string, number>>;
    readonly selected: number;
    /** Judged over kept requests. */
    readonly judgedShare: number;
  };
  readonly evaluation: EvaluationSummary;
  readonly cost: CostSummary;
  readonly feedback: { readonly joined: number; readonly parked: number; readonly duplicate: number };
  readonly alarms: readonly { readonly name: string; readonly at: string; readonly state: string }[];
  readonly rollbacks: readonly {
    readonly app: string;
    readonly from: string;
    readonly to: string;
    readonly generation: number;
    readonly rule: string;
    readonly at: string;
    readonly reason: string;
  }[];
  /** Messages that no function could handle, by queue; empty when all is well. */
  readonly deadLetters: Readonly<Record<string, number>>;
  readonly calls: FinishedRun["calls"];
  readonly awsUsdPerMillion: number | null;
  readonly wallMs: number;
}

const counts = (rows: readonly { readonly key: string; readonly n: number }[]): Record<string, number> =>
  Object.fromEntries(rows.map(({ key, n }) => [key, n]));

const SELECTED = "outcome in ('queued', 'judged', 'abstained', 'failed')";

async function recordCounts(lake: Lake): Promise<Summary["records"]> {
  const [row] = await table<Summary["records"]>(
    lake,
    `select coalesce(sum(lines_read), 0) as "read", coalesce(sum(kept), 0) as kept,
       coalesce(sum(quarantined), 0) as quarantined, coalesce(sum(duplicate), 0) as duplicate,
       coalesce(sum(ignored), 0) as ignored from objects`,
  );
  return row ?? { read: 0, kept: 0, quarantined: 0, duplicate: 0, ignored: 0 };
}

async function samplingSummary(lake: Lake, kept: number): Promise<Summary["sampling"]> {
  const byReason = await table<{ key: string; n: number }>(
    lake,
    `select deciding_rule as "key", count(*) as n from requests where ${SELECTED} group by 1 order by 1`,
  );
  const byPriority = await table<{ key: string; n: number }>(
    lake,
    `select cast(priority as varchar) as "key", count(*) as n from requests where ${SELECTED} and priority is not null group by 1 order by 1`,
  );
  const [judged] = await table<{ n: number }>(
    lake,
    "select count(*) as n from requests where outcome = 'judged'",
  );
  return {
    byReason: counts(byReason),
    byPriority: counts(byPriority),
    selected: byReason.reduce((sum, { n }) => sum + n, 0),
    judgedShare: kept > 0 ? (judged?.n ?? 0) / kept : 0,
  };
}

async function feedbackSummary(lake: Lake, delivered: number): Promise<Summary["feedback"]> {
  const [row] = await table<{ n: number; joined: number; parked: number }>(
    lake,
    `select count(*) as n, count(r.request_id) as joined,
       coalesce(sum(case when f.request_id is not null and r.request_id is null then 1 else 0 end), 0) as parked
     from feedback f left join requests r on r.request_id = f.request_id`,
  );
  const [invalid] = await table<{ n: number }>(
    lake,
    "select count(*) as n from quarantine where reason = 'invalid_event'",
  );
  const { n = 0, joined = 0, parked = 0 } = row ?? {};
  return { joined, parked, duplicate: Math.max(0, delivered - n - (invalid?.n ?? 0)) };
}

/** Summarises a run from its lake and from what happened around it. */
export async function summarise(lake: Lake, run: FinishedRun, wallMs: number): Promise<Summary> {
  const records = await recordCounts(lake);
  const rollbacks = await table<Summary["rollbacks"][number]>(
    lake,
    `select app, from_variant as "from", to_variant as "to", generation, rule, at, reason from rollbacks order by at, app`,
  );
  return {
    records,
    sampling: await samplingSummary(lake, records.kept),
    evaluation: await evaluationSummary(lake),
    cost: await costSummary(lake),
    feedback: await feedbackSummary(lake, run.feedbackDelivered),
    alarms: run.alarms
      .filter(({ state, previous }) => state === "ALARM" || previous === "ALARM")
      .map(({ name, at, state }) => ({ name, at: new Date(at).toISOString(), state })),
    rollbacks,
    deadLetters: Object.fromEntries(Object.entries(run.deadLetters).filter(([, n]) => n > 0)),
    calls: run.calls,
    awsUsdPerMillion: awsUsdPerMillion(run, records.kept),
    wallMs: Math.round(wallMs),
  };
}
