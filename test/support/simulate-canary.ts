import { type Baseline, freezeBaseline } from "@bellwether/core/rollout/baseline";
import { type Finding, findCanary } from "@bellwether/core/rollout/finding";
import { parseRollbackPolicy } from "@bellwether/core/rollout/policy";
import type { BucketFold } from "@bellwether/core/rollout/span";
import { matchedRates } from "@bellwether/core/sampling/matched-rates";
import { BUCKET_MS, CELL_MS } from "@bellwether/core/windows/bucket";
import { foldItems } from "@bellwether/core/windows/fold";
import { addTo, binOf } from "@bellwether/core/windows/histogram";
import { type CountItem, type WindowItem, zeroCounts } from "@bellwether/core/windows/items";
import { variantsOf } from "@bellwether/core/windows/variants";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { segmentWith } from "./segment.ts";

/** What goes wrong with the canary: errors .4 → 15 %, every cost times three, or quality down by .3. */
type SimulatedRegression = "none" | "errors" | "cost" | "quality";

/** `support`: a few models between $0.0002 and $0.006 and rare $0.06 attachments; `heavy`: 1 : 10 : 60 prices with log-normal tokens. */
type CostMix = "support" | "heavy";

export interface Simulation {
  readonly seed: number;
  readonly regression: SimulatedRegression;
  readonly costs?: CostMix;
  /** Requests of both arms an hour. */
  readonly requestsPerHour?: number;
  readonly share?: number;
  readonly users?: number;
  /** Hours of the canary, and the one from which it is bad. */
  readonly hours?: number;
  readonly badFromHour?: number;
  /** Hours between looks. */
  readonly lookEvery?: number;
}

const DEFAULTS = {
  costs: "support",
  requestsPerHour: 60,
  share: 0.2,
  users: 400,
  hours: 96,
  badFromHour: 24,
  lookEvery: 1,
} as const;

const START = Date.parse("2026-10-06T00:00:00Z");
const BASELINE_HOURS = 24;
/** Triggers as in infra/policies: the relative one is the cost margin of the evidence. */
const POLICY = parseRollbackPolicy(`
rollback_policy:
  triggers:
    - { name: high_error_rate, metric: error_rate, threshold: 0.05, window: 5min, comparison: greater_than, severity: critical }
    - { name: max_cost_increase, metric: cost_per_request, relative: 0.20, window: 10min, comparison: greater_than, severity: high }
`);

interface User {
  readonly name: string;
  readonly canary: boolean;
  /** Cumulative share of the traffic. */
  readonly upTo: number;
  readonly quality: number;
  readonly cost: number;
  readonly patience: number;
  /** Moves the choice of a model, so that a user keeps to some. */
  readonly taste: number;
}

interface Random {
  readonly next: () => number;
  readonly normal: () => number;
}

function randomOf(seed: number): Random {
  const next = seeded(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { next, normal };
}

function drawUsers(count: number, share: number, { next, normal }: Random): User[] {
  const weights = Array.from({ length: count }, (_, rank) => (rank + 21) ** -0.9);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let upTo = 0;
  return weights.map((weight, rank) => {
    upTo += weight / whole;
    return {
      name: `user-${rank}`,
      canary: next() < share,
      upTo,
      quality: 0.08 * normal(),
      cost: Math.exp(0.35 * normal()),
      patience: next(),
      taste: next(),
    };
  });
}

function userAt(users: readonly User[], point: number): User {
  let low = 0;
  let high = users.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((users[middle]?.upTo ?? 1) <= point) low = middle + 1;
    else high = middle;
  }
  const user = users[low];
  if (user === undefined) throw new Error("a simulation needs users");
  return user;
}

/** USD of one request. */
function drawCost(mix: CostMix, user: User, { next, normal }: Random): number {
  const choice = next() < 0.5 ? user.taste : next();
  if (mix === "heavy") {
    const price = choice < 0.7 ? 0.0005 : choice < 0.95 ? 0.005 : 0.03;
    return price * user.cost * Math.exp(0.9 * normal());
  }
  const median = choice < 0.18 ? 0.0002 : choice < 0.85 ? 0.004 : 0.006;
  return (next() < 0.012 ? 0.06 : median) * user.cost * Math.exp(0.4 * normal());
}

/** Humps of a working day, between .4 and 1.6 of the mean. */
const rhythm = (hour: number): number => 1 + 0.6 * Math.sin((2 * Math.PI * (hour - 8)) / 24);

interface Hour {
  readonly index: number;
  readonly running: boolean;
  readonly bad: SimulatedRegression;
}

const clip = (value: number): number => Math.min(1, Math.max(0, value));

/** Window items of one hour, all in its first bucket. */
function drawHour(hour: Hour, users: readonly User[], settings: Settings, random: Random): WindowItem[] {
  const { next, normal } = random;
  const bucket = START + hour.index * CELL_MS;
  const rates = matchedRates(settings.share, 1);
  const counts = new Map<string, CountItem>();
  const items: WindowItem[] = [];
  const requests = Math.round(settings.requestsPerHour * rhythm(hour.index) * (0.9 + 0.2 * next()));
  for (let n = 0; n < requests; n++) {
    const user = userAt(users, next());
    const canary = hour.running && user.canary;
    const variant = canary ? "v2" : "v1";
    const wrong = canary ? hour.bad : "none";
    const segment = segmentWith({ variant, promptVersion: variant, model: "model" });
    const item: CountItem = counts.get(variant) ?? {
      kind: "count",
      bucket,
      segment,
      part: "p",
      counts: zeroCounts(),
      latency: new Map(),
      cost: new Map(),
    };
    counts.set(variant, item);
    item.counts.n += 1;
    if (next() < (wrong === "errors" ? 0.15 : 0.004)) {
      item.counts.errors += 1;
      continue;
    }
    const usd = drawCost(settings.costs, user, random) * (wrong === "cost" ? 3 : 1);
    item.counts.costPicoUsd += Math.round(usd * 1e12);
    addTo(item.cost, binOf(Math.round(usd * 1e12)));
    addTo(item.latency, binOf(Math.round(1_200 * user.cost ** 0.5 * Math.exp(0.5 * normal()))));
    const requestId = `r-${hour.index}-${n}`;
    const score = clip(
      0.88 +
        user.quality -
        Math.abs(0.18 * normal()) * (next() < 0.5 ? 1 : 0.3) -
        (wrong === "quality" ? 0.3 : 0),
    );
    const pi = hour.running ? (canary ? rates.canary : rates.stable) : 0.1;
    if (next() < pi) {
      const outcomes = { quality: { status: "scored", score } } as const;
      items.push({
        kind: "score",
        bucket,
        segment,
        requestId,
        pi,
        uniform: hour.running,
        raised: false,
        rev: 1,
        judgePicoUsd: 0,
        outcomes,
      });
    }
    if (next() < 0.06 * 2 * user.patience) {
      const negative = next() < 0.15 + 0.9 * (0.83 - score) + 0.2 * (user.patience - 0.5);
      const vote = { requestId, user: user.name, votedAt: bucket, feedbackId: requestId, negative };
      items.push({ kind: "feedback", bucket, segment, ...vote });
    }
  }
  return [...counts.values(), ...items];
}

type Settings = Required<Simulation>;

/** The folds of a simulated canary: a day of stable alone, then `hours` of both arms with users who stick to one. */
function simulateFolds(simulation: Simulation): {
  readonly buckets: BucketFold[];
  readonly canaryFrom: number;
} {
  const settings: Settings = { ...DEFAULTS, ...simulation };
  const random = randomOf(settings.seed);
  const users = drawUsers(settings.users, settings.share, random);
  const buckets: BucketFold[] = [];
  for (let index = 0; index < BASELINE_HOURS + settings.hours; index++) {
    const running = index >= BASELINE_HOURS;
    const bad = index - BASELINE_HOURS >= settings.badFromHour ? settings.regression : "none";
    const items = drawHour({ index, running, bad }, users, settings, random);
    buckets.push({ start: START + index * CELL_MS, fold: variantsOf(foldItems(items)) });
  }
  return { buckets, canaryFrom: START + BASELINE_HOURS * CELL_MS };
}

/** What became of one canary: hours from its start to the first breach, if it ever came, and the finding then or at the end. */
export interface SimulatedVerdict {
  readonly breachHour: number | undefined;
  readonly finding: Finding;
}

/** Looks at a simulated canary again and again, through the product's own baseline and verdict. */
export function simulateVerdict(simulation: Simulation): SimulatedVerdict {
  const { buckets, canaryFrom } = simulateFolds(simulation);
  const { hours, share, lookEvery }: Settings = { ...DEFAULTS, ...simulation };
  const names = { stable: "v1", canary: "v2" };
  const epoch = { from: canaryFrom, to: null, ...names, share, generation: 1 };
  const run = {
    id: 1,
    from: canaryFrom,
    ...names,
    share,
    shareSince: canaryFrom,
    generation: 1,
    epochs: [epoch],
  };
  let baseline: Baseline | undefined;
  let finding: Finding | undefined;
  for (let hour = lookEvery; hour <= hours; hour += lookEvery) {
    const watermark = canaryFrom + (hour - 1) * CELL_MS + BUCKET_MS;
    baseline ??= freezeBaseline(buckets, "v1", canaryFrom, watermark);
    const look = { watermark, at: watermark, folds: null };
    finding = findCanary({ app: "bot", run, unit: "user", buckets, baseline, policy: POLICY, ...look });
    if (finding.status === "breach") return { breachHour: hour, finding };
  }
  if (finding === undefined) throw new Error("a simulation needs at least one look");
  return { breachHour: undefined, finding };
}
