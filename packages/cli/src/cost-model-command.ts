import { parseArguments, UsageError } from "./arguments.ts";
import { fixedCosts } from "./cost-model/fixed-costs.ts";
import { type Measured, measureTraffic, type TrafficShape } from "./cost-model/measure-traffic.ts";
import { costDocument, DEFAULT_SCENARIO, type Scenario } from "./cost-model/model.ts";
import { renderCost } from "./cost-model/render-cost.ts";
import { unitCosts } from "./cost-model/unit-costs.ts";
import { interruptible } from "./interrupt.ts";
import type { Io } from "./output.ts";
import { startProgress } from "./progress.ts";

const OPTIONS = {
  requests: { type: "string" },
  "records-per-object": { type: "string" },
  judged: { type: "string" },
  offloaded: { type: "string" },
  feedback: { type: "string" },
  seed: { type: "string" },
  json: { type: "boolean" },
} as const;

/** Objects of a replay: an hour and a half of traffic. */
const OBJECTS = 18;
const SHAPES = {
  dense: { recordsPerObject: 100, objects: OBJECTS, offloaded: false },
  sparse: { recordsPerObject: 10, objects: OBJECTS, offloaded: false },
  offloaded: { recordsPerObject: 100, objects: OBJECTS, offloaded: true },
} as const satisfies Record<string, Omit<TrafficShape, "seed">>;

function numberOf(
  option: string,
  text: string | undefined,
  fallback: number,
  [least, most]: readonly [number, number],
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() === "" || !(value >= least && value <= most))
    throw new UsageError(`--${option} ${text} must be a number from ${least} to ${most}`);
  return value;
}

function scenarioOf(values: Readonly<Record<string, string | boolean | undefined>>): Scenario {
  const number = (option: string, fallback: number, bounds: readonly [number, number]) =>
    numberOf(option, values[option] as string | undefined, fallback, bounds);
  return {
    requests: number("requests", DEFAULT_SCENARIO.requests, [1, 1e12]),
    recordsPerObject: number("records-per-object", DEFAULT_SCENARIO.recordsPerObject, [1, 1e6]),
    judgedShare: number("judged", DEFAULT_SCENARIO.judgedShare, [0, 1]),
    offloadedShare: number("offloaded", DEFAULT_SCENARIO.offloadedShare, [0, 1]),
    feedbackShare: number("feedback", DEFAULT_SCENARIO.feedbackShare, [0, 1]),
  };
}

/** `bellwether cost-model`: what a month of traffic costs in AWS, from requests counted in replays. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("cost-model", args, OPTIONS);
  if (positionals.length > 0)
    throw new UsageError(`unexpected "${positionals[0]}"; see \`bellwether help cost-model\``);
  const scenario = scenarioOf(values);
  const seed = numberOf("seed", values.seed, 7, [0, 2 ** 31]);
  const progress = startProgress("cost-model", io);
  const measured: Partial<Record<keyof typeof SHAPES, Measured>> = {};
  try {
    await interruptible(async (signal) => {
      const shapes = Object.entries(SHAPES) as [keyof typeof SHAPES, (typeof SHAPES)[keyof typeof SHAPES]][];
      for (const [index, [name, shape]] of shapes.entries()) {
        const onProgress = (done: number) =>
          progress.update((index + done) / shapes.length, `${name} log objects`);
        measured[name] = await measureTraffic({ ...shape, seed }, { onProgress, signal });
      }
    });
  } finally {
    progress.stop();
  }
  const { dense, sparse, offloaded } = measured as Record<keyof typeof SHAPES, Measured>;
  const counts = ({ objects, records, judged, events }: Measured) => ({ objects, records, judged, events });
  const document = costDocument(unitCosts(dense, sparse, offloaded), scenario, fixedCosts(dense), {
    seed,
    dense: counts(dense),
    sparse: counts(sparse),
    offloaded: counts(offloaded),
  });
  io.stdout.write(values.json === true ? `${JSON.stringify(document)}\n` : renderCost(document, io));
  return 0;
}
