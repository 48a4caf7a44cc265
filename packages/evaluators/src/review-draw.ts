import { type Config, judgeCalls } from "@bellwether/core/config/config";
import type { Judgement, KnownRequest } from "@bellwether/core/requests/request-item";
import { labelProbability, labelRate } from "@bellwether/core/review/draw";

export interface DrawDeps {
  /** Requests of an app's last day that have a text to judge; undefined while nobody counted. */
  readonly reviewVolume: (app: string) => Promise<number | undefined>;
}

/** The judgement with the probability that people see the request; drawn once, so that judging again changes nothing. */
export async function drawForReview(
  { decision: { pi, look }, judgement: before, row }: KnownRequest,
  judgement: Judgement,
  config: Config,
  deps: DrawDeps,
): Promise<Judgement> {
  const { labelsPerMonth, uncertaintyShare } = config.review;
  if (before?.rho !== undefined) return { ...judgement, rho: before.rho };
  const { quality } = judgement.outcomes;
  const scored = quality?.status === "scored";
  if (pi === null || look !== undefined || !scored || labelsPerMonth === 0) return judgement;
  const rate = labelRate(labelsPerMonth, await deps.reviewVolume(String(row.app)));
  // How near one draw is to the middle says little of how sure the judge is.
  const uncertainty = judgeCalls(config).length > 1 ? quality.uncertainty : undefined;
  return { ...judgement, rho: labelProbability({ pi, rate, uncertainty, uncertaintyShare }) };
}
