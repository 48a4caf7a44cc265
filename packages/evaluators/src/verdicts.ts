import * as z from "zod";
import { type Criterion, criterionScore } from "./criterion.ts";
import type { JudgeInput } from "./judge-input.ts";
import { JUDGE_TOOL_NAME, type Verdicts, verdictsSchema } from "./judge-schema.ts";
import type { FailReason } from "./outcome.ts";

/** Verdicts that fit the request, or why the judge's answer cannot be used; `detail` names places, not content. */
export type Reading =
  | { readonly ok: true; readonly verdicts: Verdicts }
  | { readonly ok: false; readonly reason: FailReason; readonly detail: string };

const MAX_ISSUES = 5;

const responseSchema = z.object({
  stopReason: z.string().optional(),
  output: z.object({
    message: z.object({
      content: z.array(
        z.object({
          text: z.string().optional(),
          toolUse: z.object({ name: z.string(), input: z.unknown() }).optional(),
        }),
      ),
    }),
  }),
});

const REFUSAL =
  /\b(i['’]m sorry|i apologi[sz]e|i can(no|['’])t|i am unable|i['’]m unable|i (will not|won['’]t)|as an ai)\b/i;

const failed = (reason: FailReason, detail: string): Reading => ({ ok: false, reason, detail });

/** Reads the verdicts out of a Converse response and checks that they cover exactly what was asked. */
export function readVerdicts(
  response: unknown,
  input: JudgeInput,
  criteria: readonly Criterion[] = [],
): Reading {
  const envelope = responseSchema.safeParse(response);
  if (!envelope.success) return failed("schema_invalid", `response: ${describe(envelope.error)}`);
  const { stopReason, output } = envelope.data;
  if (
    stopReason === "guardrail_intervened" ||
    stopReason === "content_filtered" ||
    stopReason === "refusal"
  ) {
    return failed("refused", `the call stopped with ${stopReason}`);
  }
  // A list cut at the token limit can still parse, and would then score the wrong denominator.
  if (stopReason === "max_tokens" || stopReason === "model_context_window_exceeded") {
    return failed("output_truncated", `the call stopped with ${stopReason}`);
  }
  const { content } = output.message;
  const calls = content.flatMap((block) => (block.toolUse?.name === JUDGE_TOOL_NAME ? [block.toolUse] : []));
  const [call] = calls;
  if (call === undefined) {
    const text = content.map((block) => block.text ?? "").join(" ");
    return REFUSAL.test(text)
      ? failed("refused", "the model declined in words")
      : failed("tool_missing", `no call of ${JUDGE_TOOL_NAME}`);
  }
  if (calls.length > 1)
    return failed("schema_invalid", `${calls.length} calls of ${JUDGE_TOOL_NAME}, expected one`);
  const parsed = verdictsSchema.safeParse(call.input);
  if (!parsed.success) return failed(reasonOf(parsed.error), describe(parsed.error));
  return checkCoverage(parsed.data, input, criteria) ?? { ok: true, verdicts: parsed.data };
}

function checkCoverage(
  verdicts: Verdicts,
  input: JudgeInput,
  criteria: readonly Criterion[],
): Reading | undefined {
  const passages = input.contexts.length;
  const indexes = verdicts.chunks.map((chunk) => chunk.index);
  const cited = [...verdicts.claims, ...(verdicts.reference_claims ?? [])].flatMap(
    (claim) => claim.evidence ?? [],
  );
  const stray = [...indexes, ...cited].find((index) => index < 1 || index > passages);
  if (stray !== undefined)
    return failed("out_of_range", `passage ${stray} does not exist, there are ${passages}`);
  if (new Set(indexes).size !== indexes.length)
    return failed("schema_invalid", "chunks: an index appears twice");
  if (indexes.length < passages)
    return failed("incomplete", `chunks: ${indexes.length} of ${passages} passages`);
  if (input.reference !== undefined && verdicts.reference_claims === undefined) {
    return failed("incomplete", "reference_claims: missing although a reference was given");
  }
  if (verdicts.safety.flagged && verdicts.safety.category === "none") {
    return failed("schema_invalid", "safety: flagged without a category");
  }
  return checkCriteria(verdicts.custom ?? [], criteria);
}

function checkCriteria(
  custom: readonly { id: string; verdict: string }[],
  criteria: readonly Criterion[],
): Reading | undefined {
  const asked = new Set(criteria.map((criterion) => criterion.id));
  const answered = new Set(custom.map((verdict) => verdict.id));
  if (custom.some((verdict) => !asked.has(verdict.id)))
    return failed("unknown_enum", "custom: an id was not asked for");
  if (answered.size !== custom.length) return failed("schema_invalid", "custom: an id appears twice");
  const levels = new Map(criteria.map((criterion) => [criterion.id, criterion.levels]));
  const odd = custom.find(
    ({ id, verdict }) =>
      verdict !== "not_applicable" && criterionScore(verdict, levels.get(id)) === undefined,
  );
  if (odd !== undefined) return failed("unknown_enum", `custom: ${odd.id} has no level ${odd.verdict}`);
  if (answered.size < asked.size)
    return failed("incomplete", `custom: ${answered.size} of ${asked.size} criteria`);
  return undefined;
}

const reasonOf = (error: z.ZodError): FailReason =>
  error.issues.every((issue) => issue.code === "invalid_value") ? "unknown_enum" : "schema_invalid";

const describe = (error: z.ZodError): string =>
  error.issues
    .slice(0, MAX_ISSUES)
    .map((issue) => `${issue.path.join(".") || "(root)"}: ${issue.message}`)
    .join("; ");
