import { partName } from "@bellwether/aws/lake";
import type { Config } from "@bellwether/core/config/config";
import type { LakeRow } from "@bellwether/core/lake/tables";
import { type Agreement, agreementOf, type LabelledPair } from "@bellwether/core/review/agreement";
import { calibrate, type ReviewedItem } from "@bellwether/core/review/corrected";
import { consensus } from "@bellwether/core/review/label";
import { rowsOf } from "./rows.ts";
import type { ReviewStore } from "./store.ts";

/** Agreement of an app's judge in one metric. */
export type MetricAgreement = Agreement & { readonly app: string; readonly metric: string };

interface Judged {
  readonly request_id: string;
  readonly app: string;
  readonly metric: string;
  readonly at: string;
  readonly judge: number;
  readonly pi: number;
  readonly judge_version: string;
  readonly judge_model: string;
  readonly rho: number | null;
}

interface Given {
  readonly request_id: string;
  readonly metric: string;
  readonly label: number;
  readonly at: string;
}

const JUDGED = `select e.request_id, e.app, e.metric, e."at", e.score as judge, coalesce(r.pi, e.pi) as pi,
  e.judge_version, e.judge_model, t.rho
from evaluations as e
left join requests as r on r.request_id = e.request_id
left join review_tasks as t on t.request_id = e.request_id and t.rho is not null
where e.status = 'scored' and e.pi > 0 and e.metric in (select metric from reviews where label is not null)
order by e.app, e.metric, e."at", e.request_id`;
const GIVEN = `select request_id, metric, label, "at" from reviews where label is not null
order by request_id, metric, reviewer`;

const key = (...parts: readonly string[]): string => JSON.stringify(parts);

function pairsOf(judged: readonly Judged[], labels: ReadonlyMap<string, readonly Given[]>): LabelledPair[] {
  return judged.flatMap((one): LabelledPair[] => {
    const given = labels.get(key(one.request_id, one.metric)) ?? [];
    if (one.rho === null || given.length === 0) return [];
    return [
      {
        judgeVersion: one.judge_version,
        judgeModel: one.judge_model,
        judge: one.judge,
        labels: given.map(({ label }) => label),
        inclusion: one.pi * one.rho,
        at: Math.max(...given.map(({ at }) => Date.parse(at))),
      },
    ];
  });
}

const agreementRow = ({ app, metric, ...found }: MetricAgreement): LakeRow => ({
  app,
  metric,
  judge_version: found.judgeVersion,
  judge_model: found.judgeModel,
  at: new Date(found.at).toISOString(),
  status: found.status,
  labels: found.labels,
  n_eff: found.nEff,
  kappa: found.kappa?.value ?? null,
  kappa_low: found.kappa?.low ?? null,
  kappa_high: found.kappa?.high ?? null,
  weighted_kappa: found.weightedKappa?.value ?? null,
  weighted_kappa_low: found.weightedKappa?.low ?? null,
  weighted_kappa_high: found.weightedKappa?.high ?? null,
  alpha: found.alpha,
  correlation: found.correlation,
  bias: found.bias?.value ?? null,
  bias_low: found.bias?.low ?? null,
  bias_high: found.bias?.high ?? null,
  warnings: found.warnings.join(",") || null,
});

/** Rows as they are to be stored: a revision above what the lake has, none when nothing changed. */
async function storeChanged(
  store: ReviewStore,
  table: "agreement_log" | "calibrations_log",
  rows: readonly LakeRow[],
  id: (row: LakeRow) => string,
): Promise<void> {
  const view = table === "agreement_log" ? "agreement" : "calibrations";
  const known = await store.query(async (runSql) => rowsOf(runSql, `select * from ${view}`));
  const before = new Map(known.map((row) => [id(row as LakeRow), row]));
  const changed = rows.flatMap((row) => {
    const old = before.get(id(row));
    const same = old !== undefined && Object.entries(row).every(([name, value]) => old[name] === value);
    return same ? [] : [{ ...row, rev: Number(old?.rev ?? 0) + 1 }];
  });
  if (changed.length > 0) await store.write(table, partName(table, JSON.stringify(changed)), changed);
}

/**
 * Works out from all labels of the lake how far the judge agrees with people and what slope corrects its means, and
 * keeps both in the lake and, for rollout policy, in the table. Safe to repeat.
 */
export async function settleReviews(
  store: ReviewStore,
  { minLabels, staleDays }: Config["review"],
): Promise<MetricAgreement[]> {
  const { judged, given } = await store.query(async (runSql) => ({
    judged: (await rowsOf(runSql, JUDGED)) as unknown as Judged[],
    given: (await rowsOf(runSql, GIVEN)) as unknown as Given[],
  }));
  const labels = Map.groupBy(given, ({ request_id, metric }) => key(request_id, metric));
  const newest = Math.max(0, ...[...judged, ...given].map(({ at }) => Date.parse(at)));
  const agreements: MetricAgreement[] = [];
  const calibrations: LakeRow[] = [];
  for (const [, group] of Map.groupBy(judged, ({ app, metric }) => key(app, metric))) {
    const { app, metric } = group[0] ?? { app: "", metric: "" };
    const items = group.map(
      ({ request_id, at, pi, judge, rho }): ReviewedItem => ({
        at: Date.parse(at),
        pi,
        judge,
        rho: rho ?? undefined,
        human: consensus(labels.get(key(request_id, metric)) ?? []),
      }),
    );
    for (const { week, slope, labels: earlier, completion } of calibrate(items))
      calibrations.push({
        app,
        metric,
        at: new Date(week).toISOString(),
        slope,
        labels: earlier,
        completion,
      });
    const options = {
      current: group.at(-1)?.judge_version,
      now: store.now ?? newest,
      minLabels,
      staleDays,
    };
    for (const found of agreementOf(pairsOf(group, labels), options))
      agreements.push({ ...found, app, metric });
  }
  await storeChanged(store, "calibrations_log", calibrations, ({ app, metric, at }) =>
    JSON.stringify([app, metric, at]),
  );
  await storeChanged(store, "agreement_log", agreements.map(agreementRow), (row) =>
    JSON.stringify([row.app, row.metric, row.judge_version]),
  );
  const noted = new Set<string>();
  for (const {
    app,
    metric,
    judgeVersion,
    judgeModel,
    status,
    labels: n,
    weightedKappa,
    bias,
    at,
  } of agreements) {
    // Newest label first: the first of a metric is what policy asks about; whether it is stale it sees for itself.
    if (noted.has(key(app, metric))) continue;
    noted.add(key(app, metric));
    await store.note(app, {
      metric,
      judgeVersion,
      judgeModel,
      status: status === "unknown" ? "unknown" : "known",
      labels: n,
      kappa: weightedKappa?.value ?? null,
      bias: bias?.value ?? null,
      at,
    });
  }
  return agreements;
}
