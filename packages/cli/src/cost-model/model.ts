import { PRICES_AS_OF } from "./list-prices.ts";
import { type Bill, billOf, total } from "./price-usage.ts";
import { JUDGE_SECONDS, LAKE_MONTHS, type UnitCosts } from "./unit-costs.ts";

/** Traffic of a month. */
export interface Scenario {
  readonly requests: number;
  readonly recordsPerObject: number;
  /** Share of requests, [0, 1]. */
  readonly judgedShare: number;
  readonly offloadedShare: number;
  readonly feedbackShare: number;
}

export const DEFAULT_SCENARIO: Scenario = {
  requests: 1e6,
  recordsPerObject: 100,
  judgedShare: 0.05,
  offloadedShare: 0,
  feedbackShare: 0.01,
};

/** Bill per request of a scenario, without judge tokens and fixed monthly items. */
export function billPerRequest(units: UnitCosts, scenario: Scenario): Bill {
  const { recordsPerObject, judgedShare, offloadedShare, feedbackShare } = scenario;
  return billOf(
    (service) =>
      units.record[service] +
      units.object[service] / recordsPerObject +
      units.judged[service] * judgedShare +
      units.offloaded[service] * offloadedShare +
      units.event[service] * feedbackShare,
  );
}

const usdPerMillion = (units: UnitCosts, scenario: Scenario): number =>
  total(billPerRequest(units, scenario)) * 1e6;

/** How the figure moves when one thing changes. */
function sweep(units: UnitCosts, scenario: Scenario) {
  const vary = (name: string, key: keyof Scenario, values: readonly number[]) =>
    values.map((value) => ({
      varied: name,
      value,
      usdPerMillion: usdPerMillion(units, { ...scenario, [key]: value }),
    }));
  return [
    ...vary("records per object", "recordsPerObject", [1, 10, 100, 1_000]),
    ...vary("judged share", "judgedShare", [0.01, 0.05, 0.2]),
    ...vary("offloaded share", "offloadedShare", [0, 0.3, 1]),
    ...vary("feedback share", "feedbackShare", [0, 0.01, 0.1]),
  ];
}

/** The `--json` document of `bellwether cost-model`. */
export function costDocument(
  units: UnitCosts,
  scenario: Scenario,
  fixedUsdPerMonth: Readonly<Record<string, number>>,
  measured: Readonly<Record<string, unknown>>,
) {
  const bill = billPerRequest(units, scenario);
  return {
    requests: scenario.requests,
    usdPerMillion: total(bill) * 1e6,
    usd: total(bill) * scenario.requests,
    byService: billOf((service) => bill[service] * 1e6),
    judgeUsdPerMillion: units.judgeTokens === null ? null : units.judgeTokens * scenario.judgedShare * 1e6,
    fixedUsdPerMonth: Object.values(fixedUsdPerMonth).reduce((sum, usd) => sum + usd, 0),
    fixedByItem: fixedUsdPerMonth,
    sweep: sweep(units, scenario),
    pricesAsOf: PRICES_AS_OF,
    assumptions: [
      `${scenario.recordsPerObject} records per log object, ${percent(scenario.judgedShare)} judged, ${percent(scenario.offloadedShare)} with offloaded bodies, ${percent(scenario.feedbackShare)} with a feedback event`,
      "requests to AWS counted in replays of generated traffic through the real functions; list prices of us-east-1 before free tiers",
      "Lambda time as measured here, stretched to the share of a core that the memory buys, waiting included",
      `a batch of judge calls takes ${JUDGE_SECONDS} s; judge tokens are those of the stand-in judge at the price of the default model`,
      `the lake is kept ${LAKE_MONTHS} months, request items 35 days; Bedrock's own logs, which exist anyway, are not counted`,
      "fixed: one app, ticks as while traffic flows, all metrics that an app can have",
      "not counted: calls to KMS (bucket keys and hourly data keys make them few) and sampled X-Ray traces",
    ],
    measured,
  };
}

export type CostDocument = ReturnType<typeof costDocument>;

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
