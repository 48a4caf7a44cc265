const FILTERED: Readonly<Record<string, string>> = {
  loop_guard: "it is one of the judge's own calls, and the judge never judges itself",
  failed_call: "the call failed, so there is no answer to judge",
  no_text:
    "the record holds no question and answer in text (embeddings, tool calls, blocked or body-less calls)",
};

const show = (value: unknown): string =>
  typeof value === "number" ? String(Number(value.toPrecision(4))) : "?";

/** In plain words: why a request was evaluated or not. */
export function explain(request: Readonly<Record<string, unknown>>): string {
  const { outcome, u, pi, deciding_rule: rule } = request;
  const reason = typeof request.outcome_reason === "string" ? request.outcome_reason : undefined;
  const drawn =
    rule === "look"
      ? "a person wanted it judged, outside the sample; its scores enter no mean"
      : `rule ${String(rule)} gave it a chance of ${show(pi)}, and its number ${show(u)} is below that`;
  switch (outcome) {
    case "filtered":
      return `Never eligible: ${(reason && FILTERED[reason]) ?? reason ?? "no reason recorded"}.`;
    case "sampled_out":
      return `Eligible but not drawn: rule ${String(rule)} gave it a chance of ${show(pi)}, and its number ${show(u)} is not below that.`;
    case "over_budget":
      return `Eligible but over budget: a rule asked for it, but the judge budget left it a chance of ${show(pi)}, and its number ${show(u)} is not below that.`;
    case "queued":
      return `Drawn, no result yet: ${drawn}.`;
    case "judged":
      return `Evaluated: ${drawn}.`;
    case "abstained":
      return `Drawn (${drawn}), but the judge gave no score: ${reason ?? "no reason recorded"}.`;
    case "failed":
      return `Drawn (${drawn}), but judging failed: ${reason ?? "no reason recorded"}.`;
    default:
      return `Unknown outcome ${String(outcome)}.`;
  }
}
