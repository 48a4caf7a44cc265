/** Longest time a message waits for Bedrock to come back, seconds. */
const LONGEST_SECONDS = 900;
const FIRST_SECONDS = 15;

/** Visibility timeout after the `attempt`-th receive (from 1) met an outage: 15 s, doubling, at most 15 minutes. */
export const backoffSeconds = (attempt: number): number =>
  Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.min(attempt - 1, 20));
