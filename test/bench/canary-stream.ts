import { judging } from "../support/simulate-arms.ts";
import { REQUESTS_PER_MINUTE, type Scenario, SD, SHARE, USERS } from "./canary-scenarios.ts";
import { CANARY, drawFrom, poissonTable, scoreTable, TOP_BIN } from "./canary-scores.ts";

/** The first `count` of `judged` are the judged requests of one minute, each its score in hundredths, plus `CANARY` for the canary's. */
export interface Minute {
  count: number;
  readonly judged: Uint8Array;
}

const LARGEST = 1_024;

interface Plan {
  readonly minutes: number;
  readonly number: Float64Array;
  readonly q: number;
  readonly healthy: Uint8Array;
  readonly harmed: Uint8Array;
}

function plansOf({ stages, scheme, drop }: Scenario): Plan[] {
  return stages.map(({ minutes, share, requestsPerMinute, mean }) => {
    const { rate, q } = judging(scheme, share);
    const healthy = scoreTable(mean, SD);
    const harmed = drop === 0 ? healthy : scoreTable(mean - drop, SD);
    return { minutes, number: poissonTable(requestsPerMinute * rate), q, healthy, harmed };
  });
}

/** Users who stick to an arm, each with a level of their own; shares of the arms are what came out. */
function drawUsers(scenario: Scenario, random: () => number): { plan: Plan; levels: readonly number[][] } {
  const levels: number[][] = [[], []];
  for (let user = 0; user < USERS.count; user++) {
    const level = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    levels[random() < SHARE ? 1 : 0]?.push(TOP_BIN * USERS.sd * level);
  }
  const served = (levels[1]?.length ?? 0) / USERS.count;
  const { rate, q } = judging(scenario.scheme, SHARE, served);
  const [stage] = scenario.stages;
  const scores = scoreTable(stage?.mean ?? Number.NaN, Math.sqrt(SD ** 2 - USERS.sd ** 2));
  const number = poissonTable(REQUESTS_PER_MINUTE * rate);
  return { plan: { minutes: Infinity, number, q, healthy: scores, harmed: scores }, levels };
}

/** The judged requests of a scenario, minute by minute; the record returned is used again for the next minute. */
export function openStream(scenario: Scenario, random: () => number): () => Minute {
  const minute: Minute = { count: 0, judged: new Uint8Array(LARGEST) };
  const users = scenario.sticky ? drawUsers(scenario, random) : undefined;
  const plans = users === undefined ? plansOf(scenario) : [users.plan];
  let [stage, inStage, judged] = [0, 0, 0];
  return () => {
    const plan = plans[stage];
    if (plan === undefined) throw new RangeError(`${scenario.name} is over`);
    minute.count = drawFrom(plan.number, random());
    for (let i = 0; i < minute.count; i++) {
      const u = random();
      const canary = u < plan.q;
      // What is left of the number after the choice of the arm is uniform again.
      const rest = canary ? u / plan.q : (u - plan.q) / (1 - plan.q);
      const table = canary && judged + i >= scenario.onset ? plan.harmed : plan.healthy;
      let bin = table[Math.floor(rest * table.length)] ?? TOP_BIN;
      if (users !== undefined) {
        const levels = users.levels[canary ? 1 : 0] ?? [];
        const moved = Math.round(bin + (levels[Math.floor(random() * levels.length)] ?? 0));
        bin = moved < 0 ? 0 : moved > TOP_BIN ? TOP_BIN : moved;
      }
      minute.judged[i] = canary ? bin + CANARY : bin;
    }
    judged += minute.count;
    inStage += 1;
    if (inStage === plan.minutes) [stage, inStage] = [stage + 1, 0];
    return minute;
  };
}
