import { appCallsSql, usdSql } from "./cost-sql.ts";
import { qualityOfSumsSql } from "./quality-sql.ts";
import type { ColumnType } from "./tables.ts";

/** A view over other views, for people and dashboards that ask by day. */
export interface AnalystView {
  readonly name: string;
  readonly description: string;
  /** As in `LakeView`: the SQL that Athena and DuckDB share. */
  readonly sql: string;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
}

const of = (type: ColumnType, ...names: readonly string[]) => names.map((name) => ({ name, type }));

const DAY = `substr("at", 1, 10)`;

/** DuckDB sums integers into a wider type than Trino. */
const whole = (sum: string): string => `cast(${sum} as bigint)`;

const qualityColumns = [
  ...of("string", "app", "variant", "prompt_version", "day"),
  ...of("double", "mean", "low", "high", "n_eff"),
  ...of("bigint", "scored", "requests"),
  ...of("double", "naive_mean"),
  ...of("string", "reliability"),
  ...of("double", "judged_share", "completion_rate"),
];

const QUALITY_BY_DAY = qualityOfSumsSql({
  source: `select app, variant, prompt_version, ${DAY} as day, requests, scored, abstained, eligible, drawn,
    sum_w, sum_w2, sum_wy, sum_w2y, sum_w2y2, sum_y
  from rollups
  where metric = 'quality'`,
  groupBy: ["app", "variant", "prompt_version", "day"],
});

const LEDGER_KEYS = ["app", "feature", "tenant", "variant", "prompt_version", "model_id"];
const TOKENS = ["input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"];

export const ANALYST_VIEWS: readonly AnalystView[] = [
  {
    name: "quality",
    description:
      "Weighted mean of the judge's quality with its 95 % interval, by app, variant, prompt version and UTC day, from the hourly roll-ups; mean and interval are withheld below an effective sample of 10.",
    sql: `select app, variant, prompt_version, day, mean, low, high, n_eff, ${whole("n")} as scored,
  ${whole("requests")} as requests, naive_mean, reliability, judged_share, completion_rate
from (
${QUALITY_BY_DAY}
) as by_day`,
    columns: qualityColumns,
  },
  {
    name: "cost_ledger",
    description:
      "Spend by UTC day, app, feature, tenant, variant, prompt version and model, without the judge's own calls; cost_usd is of the priced requests only and NULL where none has a price.",
    sql: `select ${DAY} as day, ${LEDGER_KEYS.join(", ")},
  count(*) as requests,
  count(*) - count(cost_pico_usd) as unpriced,
  count(error_code) as failed,
  ${TOKENS.map((name) => `${whole(`sum(${name})`)} as ${name}`).join(",\n  ")},
  ${usdSql("cost_pico_usd")} as cost_usd
from requests
where ${appCallsSql("requests")}
group by ${DAY}, ${LEDGER_KEYS.join(", ")}`,
    columns: [
      ...of("string", "day", ...LEDGER_KEYS),
      ...of("bigint", "requests", "unpriced", "failed", ...TOKENS),
      ...of("double", "cost_usd"),
    ],
  },
  {
    name: "decision_ledger",
    description:
      "What became of the requests of an app's UTC day: by variant, outcome, its reason and the deciding rule, with the share of the day and the mean inclusion probability.",
    sql: `select ${DAY} as day, app, variant, outcome, outcome_reason, deciding_rule,
  count(*) as requests,
  cast(count(*) as double) / sum(count(*)) over (partition by ${DAY}, app) as share,
  avg(pi) as mean_pi
from requests
group by ${DAY}, app, variant, outcome, outcome_reason, deciding_rule`,
    columns: [
      ...of("string", "day", "app", "variant", "outcome", "outcome_reason", "deciding_rule"),
      ...of("bigint", "requests"),
      ...of("double", "share", "mean_pi"),
    ],
  },
];
