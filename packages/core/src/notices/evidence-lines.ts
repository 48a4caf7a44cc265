import type { NoticeEvidence } from "./notice.ts";

const iso = (at: number): string => new Date(at).toISOString();
const number = (value: number): string => String(Number(value.toPrecision(3)));

/** One line on the strength of the evidence, its span and the canary's share. */
export const strength = ({ eValue, limit, from, until, canary, share }: NoticeEvidence): string =>
  `e-value ${number(eValue)} against ${number(limit)}, from ${iso(from)} to ${iso(until)}, ${canary} at ${number(share * 100)} % of traffic`;

/** One line per worst answer of the canary. */
export const worstAnswers = ({ worst }: NoticeEvidence): string[] =>
  worst.map(({ requestId, score }) => `${requestId} quality ${score.toFixed(2)}`);
