import * as z from "zod";

/** One share of traffic on the way to promotion, and what it takes to leave it. */
const stepSchema = z.strictObject({
  /** The canary's share, in (0, 1). */
  share: z.number().gt(0).lt(1),
  /** Least time on this step, minutes of event time. */
  minMinutes: z.number().nonnegative().default(60),
  /** Least number of judged answers of each arm since the canary began. */
  minJudged: z.number().int().nonnegative().default(20),
  /** Least e-value of "quality is not worse by the promotion margin". */
  minEvidence: z.number().min(0).default(1),
});

/** Numbers an arm has beside the judge's metrics, which are named as they are. */
export const ARM_NUMBERS = [
  "error_rate",
  "cost_per_request",
  "p95_latency",
  "p99_latency",
  "satisfaction",
  "response_length",
  "judged_share",
] as const;

/** What the canary must reach by itself, whatever stable does. */
const criterionSchema = z
  .strictObject({
    /** One of `ARM_NUMBERS` or a metric of the judge. */
    metric: z.string().min(1),
    min: z.number().optional(),
    max: z.number().optional(),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, "needs min or max");

/** A rollout remembers as many shares, and a canary is judged over all of its own. */
const MAX_STEPS = 20;

/** Steps, success criteria and patience of a canary that moves by itself. */
export const rampSchema = z.strictObject({
  steps: z.array(stepSchema).min(1).max(MAX_STEPS),
  criteria: z.array(criterionSchema).default([]),
  /** Hours after which an undecided canary is reported and held. */
  maxHours: z.number().positive().default(72),
});

export type Criterion = z.infer<typeof criterionSchema>;
export type Ramp = z.infer<typeof rampSchema>;

/** Steps when a person asks for a ramp without naming any: the last one earns promotion. */
export const DEFAULT_RAMP: Ramp = rampSchema.parse({
  steps: [
    { share: 0.05, minMinutes: 60, minEvidence: 1 },
    { share: 0.25, minMinutes: 240, minEvidence: 3 },
    { share: 0.5, minMinutes: 720, minEvidence: 20 },
  ],
});

/** Votes are also given as stars; satisfaction is a share of votes. */
const MOST_STARS = 5;

/** A limit on satisfaction as a share: what is above 1 is out of five stars. */
function satisfactionOf(value: number): number {
  if (value > MOST_STARS)
    throw new RangeError(`satisfaction is a share or out of ${MOST_STARS}, got ${value}`);
  return value > 1 ? Number((value / MOST_STARS).toPrecision(12)) : value;
}

/** Success criteria by name, `min_` or `max_` before a metric; throws RangeError on any other name. */
export function criteriaOf(named: Readonly<Record<string, number>>): Criterion[] {
  return Object.entries(named).map(([name, value]) => {
    const match = /^(min|max)_(.+)$/.exec(name);
    if (match === null) throw new RangeError(`success criterion ${name} begins with neither min_ nor max_`);
    const [, end = "min", metric = ""] = match;
    const limit = metric === "satisfaction" ? satisfactionOf(value) : value;
    return criterionSchema.parse({ metric, [end]: limit });
  });
}
