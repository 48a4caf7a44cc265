import {
  delayEmbedding,
  delayMetric,
  delayRates,
  delaySpend,
  falseEmbedding,
  falseMetric,
  falseRates,
  falseSpend,
  type Outcome,
} from "./drift-experiments.ts";
import type { Random } from "./drift-random.ts";
import { rateCurve } from "./drift-rates.ts";

export interface Experiment {
  readonly name: string;
  readonly repetitions: number;
  readonly run: (random: Random, repetition: number) => Outcome;
}

/** Largest median hours: 1.15 times those of the simulations that the design was chosen by. */
export const DELAY_GOALS: Readonly<Record<string, number>> = {
  "tokens +.05": 15,
  "tokens +.10": 4.5,
  "tokens +.20": 1.8,
  "tokens +.40": 0.8,
  "quality -.02": 23.5,
  "quality -.03": 12.3,
  "quality -.05": 5.3,
  "quality -.10": 2,
  "embedding 2%": 86,
  "embedding 5%": 15.8,
  "embedding 10%": 5.8,
  "embedding 20%": 1.8,
  "spend cost11": 4.9,
  "spend cost12": 1.7,
  "spend cost15": 0.4,
  "spend volume2": 1.2,
  "spend runaway1": 0.3,
  "spend runaway10": 0.3,
};

const CURVE = rateCurve();
const onCurve: readonly Experiment[] =
  typeof CURVE === "string"
    ? []
    : [
        { name: "false rates", repetitions: 20, run: falseRates },
        { name: "delay rates x1.5", repetitions: 30, run: delayRates(1.5) },
        { name: "delay rates x3", repetitions: 30, run: delayRates(3) },
      ];

const delayOf = (
  name: keyof typeof DELAY_GOALS,
  repetitions: number,
  run: Experiment["run"],
): Experiment => ({ name: `delay ${name}`, repetitions, run });

/** Every experiment, the long ones first. */
export const EXPERIMENTS: readonly Experiment[] = [
  { name: "false spend", repetitions: 30, run: falseSpend },
  { name: "false embedding", repetitions: 24, run: falseEmbedding },
  { name: "false tokens iid", repetitions: 40, run: falseMetric("tokens", "iid") },
  { name: "false tokens ar", repetitions: 40, run: falseMetric("tokens", "ar") },
  { name: "false quality iid", repetitions: 40, run: falseMetric("quality", "iid") },
  { name: "false quality ar", repetitions: 40, run: falseMetric("quality", "ar") },
  { name: "frozen tokens ar", repetitions: 40, run: falseMetric("tokens", "ar", "once") },
  { name: "frozen quality ar", repetitions: 40, run: falseMetric("quality", "ar", "once") },
  delayOf("tokens +.05", 100, delayMetric("tokens", 0.05, 10)),
  delayOf("tokens +.10", 100, delayMetric("tokens", 0.1, 10)),
  delayOf("tokens +.20", 100, delayMetric("tokens", 0.2, 10)),
  delayOf("tokens +.40", 100, delayMetric("tokens", 0.4, 4)),
  delayOf("quality -.02", 100, delayMetric("quality", -0.02, 14)),
  delayOf("quality -.03", 100, delayMetric("quality", -0.03, 10)),
  delayOf("quality -.05", 100, delayMetric("quality", -0.05, 10)),
  delayOf("quality -.10", 100, delayMetric("quality", -0.1, 4)),
  delayOf("embedding 2%", 24, delayEmbedding(0.02, 12)),
  delayOf("embedding 5%", 36, delayEmbedding(0.05, 6)),
  delayOf("embedding 10%", 36, delayEmbedding(0.1, 4)),
  delayOf("embedding 20%", 36, delayEmbedding(0.2, 3)),
  delayOf("spend cost11", 60, delaySpend("cost11", 3)),
  delayOf("spend cost12", 60, delaySpend("cost12", 2)),
  delayOf("spend cost15", 60, delaySpend("cost15", 2)),
  delayOf("spend volume2", 60, delaySpend("volume2", 2)),
  delayOf("spend runaway1", 60, delaySpend("runaway1", 2)),
  delayOf("spend runaway10", 60, delaySpend("runaway10", 2)),
  ...onCurve,
];
