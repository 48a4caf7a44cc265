import { buildRepairRequest } from "@bellwether/evaluators/repair";
import { readVerdicts } from "@bellwether/evaluators/verdicts";
import { type JudgeFault, misbehave } from "@bellwether/local/judge/faults";
import { standInJudge } from "@bellwether/local/judge/stand-in";
import { describe, expect, it } from "vitest";
import { judgeRequest } from "./ask-stand-in.ts";

const input = {
  question: "q",
  answer: "Refunds take 14 days.",
  contexts: ["a", "b"],
  contextTruncated: false,
};
const cases: [JudgeFault, string][] = [
  ["malformed", "schema_invalid"],
  ["no_tool", "tool_missing"],
  ["refusal", "refused"],
  ["unknown_enum", "unknown_enum"],
  ["out_of_range", "out_of_range"],
  ["max_tokens", "output_truncated"],
];

describe("misbehave", () => {
  it.each(cases)("%s is read as %s, and the repaired request is judged as usual", (fault, reason) => {
    const request = judgeRequest(input);
    const bad = misbehave(fault, request);
    const reading = readVerdicts(bad, input);
    expect(reading).toMatchObject({ ok: false, reason });
    const detail = reading.ok ? "" : reading.detail;
    expect(readVerdicts(standInJudge(buildRepairRequest(request, bad, detail)), input)).toMatchObject({
      ok: true,
    });
  });
});
