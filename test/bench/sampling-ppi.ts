import { type JudgedItem, judgeCorrelation, pastLambda, predictionPoweredMean } from "@bellwether/stats/ppi";
import {
  POPULATION,
  type Repetition,
  type RequestClass,
  randomStream,
  SHARES,
  scoreAt,
} from "../support/simulate-sampling.ts";

export const LABELS = 200;
/** Judged requests among which the labels are drawn. */
export const PPI_JUDGED = 8_000;
/** Correlation of judge and human, and what the judge adds to a score of 0 (0 to a score of 1). */
export const JUDGE = { correlation: 0.7, lenience: 0.3 } as const;

/** A month of judged requests, of which some were labelled; both see the same request or two unrelated ones. */
function month(random: () => number): JudgedItem[] {
  const drawClass = (): RequestClass =>
    random() < SHARES.negative ? "negative" : random() < SHARES.flagged ? "flagged" : "plain";
  const drawScore = (): number => scoreAt(drawClass(), random());
  const rho = LABELS / PPI_JUDGED;
  return Array.from({ length: PPI_JUDGED }, () => {
    const score = drawScore();
    const seen = random() < JUDGE.correlation ? score : drawScore();
    const judge = JUDGE.lenience + (1 - JUDGE.lenience) * seen;
    // Judged with one of two probabilities, as a quiet and a busy hour have them.
    const weight = random() < 0.5 ? 25 : 35;
    return random() < rho ? { weight, judge, human: { score, rho } } : { weight, judge };
  });
}

/** One month with the slope of the month before, and the same labels without the judge. */
export function ppiRepetition(seed: number, rep: number): Repetition {
  const lambda = pastLambda(month(randomStream(seed, 3, 2 * rep)));
  const items = month(randomStream(seed, 3, 2 * rep + 1));
  const powered = predictionPoweredMean(items, { lambda });
  const human = predictionPoweredMean(items, { lambda: 0 });
  if (powered === undefined || human === undefined) throw new Error("nobody labelled anything");
  const covers = ({ low, high }: { low: number; high: number }): boolean =>
    low <= POPULATION.mean && POPULATION.mean <= high;
  return {
    error: powered.mean - POPULATION.mean,
    covered: covers(powered),
    judged: powered.n,
    halfWidth: (powered.high - powered.low) / 2,
    extra: {
      humanHalfWidth: (human.high - human.low) / 2,
      humanCovered: covers(human) ? 1 : 0,
      lambda,
      correlation: judgeCorrelation(items) ?? Number.NaN,
      judgeOnly: items.reduce((sum, { judge }) => sum + judge, 0) / PPI_JUDGED - POPULATION.mean,
    },
  };
}
