import { judging } from "../support/simulate-arms.ts";
import { randomStream } from "../support/simulate-sampling.ts";
import { watch } from "./canary-evidence.ts";
import { watchCloudWatch, watchMannWhitney } from "./canary-peers.ts";
import { baselineOf, type Detector, SCENARIOS, type Scenario } from "./canary-scenarios.ts";
import { openStream } from "./canary-stream.ts";

/** When a watch first said "worse" (or, for promotion, "good enough"), counted from the canary's start. */
export interface Crossing {
  readonly minute: number;
  /** Judged requests of both arms until then. */
  readonly items: number;
}

type Watcher = Detector | "cloudwatch" | "mann_whitney";

/** First crossing of every watch that was asked; `null` when it never came. */
export type Outcome = Partial<Record<Watcher, Crossing | null>>;

/** The slowest peer is asked in every fourth run. */
const MANN_WHITNEY_EVERY = 4;

/** q of the scenario; one grid serves all its stages. */
function qOf({ name, scheme, stages }: Scenario): number {
  const [q, ...others] = stages.map(({ share }) => judging(scheme, share).q);
  if (q === undefined || others.some((other) => Math.abs(other - q) > 1e-12))
    throw new Error(`${name} changes the share of the canary among the judged`);
  return q;
}

/** One canary from its start to its last look; run `run` of a seed is the same whatever ran before it. */
export function simulateRun(scenario: Scenario, seed: number, run: number): Outcome {
  const next = openStream(scenario, randomStream(seed, SCENARIOS.indexOf(scenario) + 1, run));
  const q = qOf(scenario);
  const detectors = scenario.detectors.map((name) => ({ name, ...watch(name, q, baselineOf(scenario)) }));
  const peers = [
    ...(scenario.peers ? [{ name: "cloudwatch" as const, observe: watchCloudWatch() }] : []),
    ...(scenario.peers && scenario.drop === 0 && run % MANN_WHITNEY_EVERY === 0
      ? [{ name: "mann_whitney" as const, observe: watchMannWhitney() }]
      : []),
  ];
  const outcome: Outcome = {};
  let watching = [...detectors, ...peers];
  for (const { name } of watching) outcome[name] = null;
  const looks = scenario.stages.reduce((sum, { minutes }) => sum + minutes, 0);
  let items = 0;
  for (let minute = 1; minute <= looks && watching.length > 0; minute++) {
    const judged = next();
    items += judged.count;
    for (const one of watching) if (one.observe(judged)) outcome[one.name] = { minute, items };
    if (watching.some(({ name }) => outcome[name] !== null))
      watching = watching.filter(({ name }) => outcome[name] === null);
  }
  for (const { name, check } of detectors) if (outcome[name] === null) check();
  return outcome;
}
