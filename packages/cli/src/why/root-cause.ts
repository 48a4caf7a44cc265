import { BAD_QUALITY, causeScores, type RootCause, rootCause } from "@bellwether/core/review/root-cause";

type Row = Readonly<Record<string, unknown>>;

/** A cause in words. */
export const CAUSES: Readonly<Record<RootCause, string>> = {
  retrieval: "retrieval failed: the passages hold little that helps to answer",
  generation: "generation failed: the answer keeps neither to good passages nor to the question",
  both: "retrieval and generation failed: poor passages, and claims they do not support",
  out_of_scope: "out of scope: no passage helps, and the answer does not pretend one did",
  unknown: "the metrics do not tell what went wrong",
};

/** Why a judged answer is bad; null unless its quality is below 0.5. */
export function causeOf(evaluations: readonly Row[]): RootCause | null {
  const scoreOf = (metric: string): number | null => {
    const row = evaluations.find((one) => one.metric === metric && one.status === "scored");
    return typeof row?.score === "number" ? row.score : null;
  };
  const quality = scoreOf("quality");
  return quality === null || quality >= BAD_QUALITY ? null : rootCause(causeScores(scoreOf));
}
