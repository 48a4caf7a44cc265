import { FALSE_WEEKS, type Outcome, RATE_WEEKS } from "./drift-experiments.ts";
import { DELAY_GOALS, EXPERIMENTS } from "./drift-plan.ts";
import { ownSwingsPerWeek, rateCurve } from "./drift-rates.ts";

/** Outcomes of every experiment by its name, in the order of the repetitions. */
export type Outcomes = ReadonlyMap<string, readonly Outcome[]>;

const LEAST_PER_WEEK = 0.05;
const MOST_PER_WEEK = 0.2;
const DELAY_FACTOR = 1.15;
const RATES_HOURS = 2;

const rounded = (value: number): number => Number(value.toFixed(3));

/** Nearest-rank quantile of hours; null when that many never rang. */
function quantile(hours: readonly (number | null)[], p: number): number | null {
  const sorted = hours.map((one) => one ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.POSITIVE_INFINITY;
  return Number.isFinite(value) ? rounded(value) : null;
}

const perWeek = (counts: readonly (number | null)[], weeks: number): number =>
  rounded(counts.reduce<number>((sum, count) => sum + (count ?? 0), 0) / counts.length / weeks);

/** What peers counted, by peer; a costly one was run in some repetitions only. */
function byPeer<T>(
  outcomes: readonly Outcome[],
  summary: (values: readonly (number | null)[]) => T,
): Record<string, T> {
  const names = new Set(outcomes.flatMap(({ peers }) => Object.keys(peers)));
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      summary(outcomes.flatMap(({ peers }) => (name in peers ? [peers[name] ?? null] : []))),
    ]),
  );
}

function ratesOf(outcomes: Outcomes) {
  const curve = rateCurve();
  if (typeof curve === "string") return curve;
  const delay = (name: string) => {
    const hours = (outcomes.get(name) ?? []).map(({ ours }) => ours);
    return { median: quantile(hours, 0.5), p90: quantile(hours, 0.9) };
  };
  return {
    falsePerWeek: perWeek(
      (outcomes.get("false rates") ?? []).map(({ ours }) => ours),
      RATE_WEEKS,
    ),
    delayHours: { "x1.5": delay("delay rates x1.5"), x3: delay("delay rates x3") },
    ownTwoHourSwingsPerWeek: {
      "x1.5": rounded(ownSwingsPerWeek(curve, 1.5)),
      x3: rounded(ownSwingsPerWeek(curve, 3)),
    },
  };
}

export function reportOf(outcomes: Outcomes) {
  const of = (name: string): readonly Outcome[] => outcomes.get(name) ?? [];
  const ours = (name: string): (number | null)[] => of(name).map((one) => one.ours);
  const falseOf = (name: string): number => perWeek(ours(name), FALSE_WEEKS);
  const pair = (metric: string) => ({
    iid: falseOf(`false ${metric} iid`),
    ar: falseOf(`false ${metric} ar`),
  });
  const falsePerWeek = {
    tokens: pair("tokens"),
    quality: pair("quality"),
    embedding: falseOf("false embedding"),
    spend: falseOf("false spend"),
  };
  const names = Object.keys(DELAY_GOALS);
  const delayHours = Object.fromEntries(
    names.map((name) => [
      name,
      { median: quantile(ours(`delay ${name}`), 0.5), p90: quantile(ours(`delay ${name}`), 0.9) },
    ]),
  );
  const rates = ratesOf(outcomes);
  const peers = {
    falsePerWeek: Object.fromEntries(
      ["tokens iid", "tokens ar", "quality iid", "quality ar", "embedding", "spend"].map((name) => [
        name,
        byPeer(of(`false ${name}`), (counts) => perWeek(counts, FALSE_WEEKS)),
      ]),
    ),
    medianDelayHours: Object.fromEntries(
      names.map((name) => [name, byPeer(of(`delay ${name}`), (hours) => quantile(hours, 0.5))]),
    ),
  };
  const frozenBaseline = { tokens: falseOf("frozen tokens ar"), quality: falseOf("frozen quality ar") };

  const missed: string[] = [];
  for (const [name, rate] of Object.entries({
    "tokens iid": falsePerWeek.tokens.iid,
    "tokens ar": falsePerWeek.tokens.ar,
    "quality iid": falsePerWeek.quality.iid,
    "quality ar": falsePerWeek.quality.ar,
    embedding: falsePerWeek.embedding,
    spend: falsePerWeek.spend,
  }))
    if (!(rate >= LEAST_PER_WEEK && rate <= MOST_PER_WEEK))
      missed.push(`false alarms of ${name}: ${rate} a week`);
  for (const [name, goal] of Object.entries(DELAY_GOALS)) {
    const median = delayHours[name]?.median ?? Number.POSITIVE_INFINITY;
    if (median > DELAY_FACTOR * goal) missed.push(`delay of ${name}: ${median} h against ${goal} h`);
  }
  if (typeof rates !== "string") {
    if (rates.falsePerWeek > MOST_PER_WEEK)
      missed.push(`false alarms on the real curve: ${rates.falsePerWeek}`);
    const median = rates.delayHours["x1.5"].median ?? Number.POSITIVE_INFINITY;
    if (median > RATES_HOURS)
      missed.push(
        `x1.5 on the real curve: ${median} h against ${RATES_HOURS} h; by itself it swings as far for two hours ${rates.ownTwoHourSwingsPerWeek["x1.5"]} times a week`,
      );
  }
  const repetitions = Object.fromEntries(EXPERIMENTS.map(({ name }) => [name, of(name).length]));
  return {
    falsePerWeek,
    frozenBaseline,
    delayHours,
    delayGoals: DELAY_GOALS,
    rates,
    peers,
    repetitions,
    missed,
  };
}
