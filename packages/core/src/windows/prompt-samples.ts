/** One request of a uniform sample, with what it was about. */
export interface PromptSample {
  readonly requestId: string;
  /** Permanent random number of the request; the smallest stay, which makes any merge a uniform sample. */
  readonly u: number;
  /** Feature vector in 1/1,024, 128 whole numbers; null when it was not embedded. */
  readonly features: readonly number[] | null;
  readonly language: string;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly questionLength: number;
  readonly latencyMs: number | null;
}

/** Samples kept per segment and bucket. */
const KEPT = 4;

const smallestFirst = (a: PromptSample, b: PromptSample): number =>
  a.u - b.u || (a.requestId < b.requestId ? -1 : a.requestId > b.requestId ? 1 : 0);

/** The samples of both with the smallest u (a bottom-k sketch, Cohen & Kaplan 2007). */
export function mergeSamples(
  a: readonly PromptSample[],
  b: readonly PromptSample[],
): readonly PromptSample[] {
  if (b.length === 0) return a;
  if (a.length === 0 && b.length <= KEPT) return b;
  return [...a, ...b].sort(smallestFirst).slice(0, KEPT);
}
