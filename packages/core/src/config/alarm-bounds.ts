import * as z from "zod";

const share = z.number().gt(0).lt(1);

/** What an app's owners want to be woken for; a bound that is left out is not watched, because none is right for every app. */
export const alarmBoundsSchema = z.strictObject({
  /** Quality below this: the whole 95 % interval of the last hour. */
  qualityFloor: share.optional(),
  /** Shares of the last hour's calls. */
  errorRate: share.optional(),
  guardrailRate: share.optional(),
  /** Share of the last hour's votes. */
  negativeFeedback: share.optional(),
  /** 95th percentile of the last hour's latencies, ms. */
  latencyP95Ms: z.number().positive().optional(),
});

export type AlarmBounds = z.infer<typeof alarmBoundsSchema>;
