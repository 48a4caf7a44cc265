import { DROPS, type Outcome, SCORES } from "./gate-run.ts";

export type Outcomes = ReadonlyMap<string, readonly Outcome[]>;

/** Where a team would put its threshold: this far below what base scores. */
export const TEAM_MARGIN = 0.02;
const MOST_FALSE = 0.05;

type Drop = keyof typeof DROPS;
type ByDrop = Readonly<Record<Drop, number>>;

const rounded = (value: number): number => Number(value.toFixed(4));
const shareOf = (outcomes: readonly Outcome[], holds: (outcome: Outcome) => boolean): number =>
  rounded(outcomes.filter(holds).length / outcomes.length);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What the runs came to, and the goals they missed. */
export function reportOf(outcomes: Outcomes) {
  const of = (name: string): readonly Outcome[] => outcomes.get(name) ?? [];
  const same = of("same");
  const byDrop = (rate: (runs: readonly Outcome[]) => number): ByDrop => ({
    d03: rate(of("d03")),
    d05: rate(of("d05")),
    d10: rate(of("d10")),
  });
  const failsAny = ({ anyLoss }: Outcome): boolean => anyLoss === "failed";
  const failsAllowance = ({ allowance }: Outcome): boolean => allowance === "failed";
  const falseFail = shareOf(same, failsAny);

  // What base scores in the long run, as a team would know it from earlier suites.
  const known = SCORES.map((_, at) => mean(same.map(({ base }) => base[at] ?? 0)));
  const shortfall = ({ head }: Outcome): number =>
    Math.max(...known.map((level, at) => level - (head[at] ?? 0)));
  const rule = (margin: number) => ({
    falseFail: shareOf(same, (outcome) => shortfall(outcome) > margin),
    power: byDrop((runs) => shareOf(runs, (outcome) => shortfall(outcome) > margin)),
  });
  /** The least margin whose false failures are at most `rate`. */
  const calibrated = (rate: number): number => {
    const falling = same.map(shortfall).sort((a, b) => b - a);
    return falling[Math.floor(rate * falling.length)] ?? 0;
  };
  const equal = { margin: rounded(calibrated(falseFail)), ...rule(calibrated(falseFail)) };
  const drops = ({ head, base }: Outcome): number =>
    Math.max(...head.map((value, at) => (base[at] ?? 0) - value));
  const power = byDrop((runs) => shareOf(runs, failsAny));
  const missed = [
    ...(falseFail <= MOST_FALSE ? [] : [`false failures ${falseFail} > ${MOST_FALSE}`]),
    ...(Object.keys(DROPS) as Drop[]).flatMap((name) =>
      power[name] > equal.power[name] || equal.power[name] === 1
        ? []
        : [`power at ${name}: ${power[name]} against ${equal.power[name]} of a threshold as rarely wrong`],
    ),
  ];
  return {
    falseFail,
    power,
    fixedThreshold: {
      ...rule(TEAM_MARGIN),
      equalFalseFail: equal,
      atFlakeBudget: { margin: rounded(calibrated(MOST_FALSE)), ...rule(calibrated(MOST_FALSE)) },
    },
    fixedMargin: {
      falseFail: shareOf(same, (outcome) => drops(outcome) > TEAM_MARGIN),
      power: byDrop((runs) => shareOf(runs, (outcome) => drops(outcome) > TEAM_MARGIN)),
    },
    maxDegradation5: {
      falseFail: shareOf(same, failsAllowance),
      fails: byDrop((runs) => shareOf(runs, failsAllowance)),
      passes: {
        same: shareOf(same, ({ allowance }) => allowance === "passed"),
        ...byDrop((runs) => shareOf(runs, ({ allowance }) => allowance === "passed")),
      },
    },
    items60: {
      falseFail: shareOf(of("same, 60 items"), failsAny),
      power: { d05: shareOf(of("d05, 60 items"), failsAny) },
      passesUnchanged: shareOf(of("same, 60 items"), ({ allowance }) => allowance === "passed"),
    },
    draws3: {
      falseFail: shareOf(of("same, 3 draws"), failsAny),
      power: { d03: shareOf(of("d03, 3 draws"), failsAny) },
    },
    intervals: Object.fromEntries(
      [...outcomes].map(([name, runs]) => [
        name,
        {
          coverage: shareOf(runs, ({ covered }) => covered),
          width: rounded(mean(runs.map(({ width }) => width))),
        },
      ]),
    ),
    runs: Object.fromEntries([...outcomes].map(([name, runs]) => [name, runs.length])),
    missed,
  };
}
