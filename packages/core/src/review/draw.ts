import { permanentRandomNumber } from "../sampling/unit.ts";

/** Requests a month that an app is taken to have before its traffic is known; a guess above 0 keeps every estimate possible. */
const UNKNOWN_REQUESTS = 100_000;
const DAYS = 30;

/**
 * Rate c of human labels per request: `labelsPerMonth` over the requests of a month that have a text to judge.
 *
 * `perDay` is what the last day had, undefined while nothing is known. At most 1.
 */
export function labelRate(labelsPerMonth: number, perDay: number | undefined): number {
  const perMonth = perDay === undefined || perDay <= 0 ? UNKNOWN_REQUESTS : perDay * DAYS;
  return Math.min(1, labelsPerMonth / perMonth);
}

/**
 * Probability rho that a judged request is shown to people: min(1, c·w·((1−t)·u + t)) with w = 1/pi (active inference,
 * Zrnic & Candès 2024, arXiv 2403.03208). A request of unknown uncertainty counts as uncertain; with c·w alone every
 * label would stand for the same number of requests.
 */
export function labelProbability(request: {
  /** Inclusion probability of the judge's sample, (0, 1]. */
  readonly pi: number;
  readonly rate: number;
  /** u, the judge's uncertainty in [0, 1]. */
  readonly uncertainty: number | undefined;
  /** 1 − t in [0, 0.5]. */
  readonly uncertaintyShare: number;
}): number {
  const { pi, rate, uncertainty = 1, uncertaintyShare } = request;
  return Math.min(1, (rate / pi) * (uncertaintyShare * uncertainty + 1 - uncertaintyShare));
}

/** The number in [0, 1) by which people's labels are drawn; independent of the one that drew the request for the judge. */
export const labelUnit = (salt: string, requestId: string): number =>
  permanentRandomNumber(`review|${salt}`, requestId);

/** Whether a task is to be labelled by a second person who does not see the first label. */
export const wantsSecondLabel = (salt: string, requestId: string, share: number): boolean =>
  permanentRandomNumber(`second label|${salt}`, requestId) < share;
