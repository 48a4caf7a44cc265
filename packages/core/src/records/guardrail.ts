import type { GuardrailOutcome, Invocation } from "./invocation.ts";
import { asArray, asDuration, asObject, type JsonObject } from "./json.ts";

/** Policy families of a GuardrailAssessment, in the order they are reported. */
export const GUARDRAIL_POLICIES = [
  "topicPolicy",
  "contentPolicy",
  "wordPolicy",
  "sensitiveInformationPolicy",
  "contextualGroundingPolicy",
  "automatedReasoningPolicy",
] as const;

/** Field of each side in a Converse trace and in an InvokeModel trace. */
const SIDES = [
  ["input", "inputAssessment", "input"],
  ["output", "outputAssessments", "outputs"],
] as const;

/** What a response body says about guardrails: Bedrock's own flags, and the traces when tracing is on. */
export interface GuardrailMarks {
  readonly flagged: boolean;
  /** Bedrock says that a guardrail ran. */
  readonly ran: boolean;
  readonly traces: readonly JsonObject[];
}

/** Marks in a Converse response; undefined when no guardrail left any. */
export function converseMarks(body: JsonObject): GuardrailMarks | undefined {
  const trace = asObject(asObject(body.trace)?.guardrail);
  const flagged = body.stopReason === "guardrail_intervened";
  return flagged || trace !== undefined
    ? { flagged, ran: flagged, traces: trace === undefined ? [] : [trace] }
    : undefined;
}

/** Whether an InvokeModel response or stream event carries guardrail keys. */
export function hasInvokeMarks(body: JsonObject): boolean {
  return body["amazon-bedrock-guardrailAction"] !== undefined || body["amazon-bedrock-trace"] !== undefined;
}

/** Marks in InvokeModel responses or stream events; the native stop reason never tells a block and is not read. */
export function invokeMarks(bodies: readonly JsonObject[]): GuardrailMarks | undefined {
  const marked = bodies.filter(hasInvokeMarks);
  if (marked.length === 0) return undefined;
  return {
    flagged: marked.some((body) => body["amazon-bedrock-guardrailAction"] === "INTERVENED"),
    ran: marked.some((body) => body["amazon-bedrock-guardrailAction"] !== undefined),
    traces: marked
      .map((body) => asObject(asObject(body["amazon-bedrock-trace"])?.guardrail))
      .filter((trace) => trace !== undefined),
  };
}

/** Assessments of one side, from the fields of either API. */
const assessmentsOf = (
  marks: GuardrailMarks | undefined,
  [, converseField, invokeField]: (typeof SIDES)[number],
): JsonObject[] =>
  (marks?.traces ?? []).flatMap((trace) => [
    ...assessmentsIn(trace[converseField]),
    ...assessmentsIn(trace[invokeField]),
  ]);

/**
 * Sums the marks up; `processingLatencyMs` is the total over all assessments. A finding with action NONE (detect mode)
 * did not act. That a guardrail itself failed cannot be told: the call then fails with a Bedrock error like any other.
 */
export function guardrailOutcome(marks: GuardrailMarks): GuardrailOutcome {
  const acted: { input: readonly string[]; output: readonly string[] } = { input: [], output: [] };
  const detected = new Set<string>();
  let count = 0;
  let latency: number | undefined;
  for (const side of SIDES) {
    const assessments = assessmentsOf(marks, side);
    const inSome = (isMet: (item: JsonObject) => boolean) =>
      GUARDRAIL_POLICIES.filter((policy) => assessments.some((one) => itemsOf(one, policy).some(isMet)));
    acted[side[0]] = inSome(isAct);
    for (const policy of inSome(isDetectedOnly)) detected.add(policy);
    count += assessments.length;
    for (const one of assessments) {
      const ms = asDuration(asObject(one.invocationMetrics)?.guardrailProcessingLatency);
      if (ms !== undefined) latency = (latency ?? 0) + ms;
    }
  }
  const where = SIDES.map(([side]) => side).filter((side) => acted[side].length > 0);
  return {
    intervened: marks.flagged || where.length > 0,
    where,
    policies: [...new Set([...acted.input, ...acted.output])],
    acted,
    detected: GUARDRAIL_POLICIES.filter((policy) => detected.has(policy)),
    assessed: marks.ran || count > 0,
    assessments: count,
    ...(latency === undefined ? {} : { processingLatencyMs: latency }),
  };
}

/** Whether the logged answer is the guardrail's canned message: it intervened, and not only by masking (ANONYMIZED). */
export function isCannedAnswer(
  guardrail: Invocation["guardrail"],
  marks: GuardrailMarks | undefined,
): boolean {
  if (guardrail?.intervened !== true) return false;
  const acts = SIDES.flatMap((side) =>
    assessmentsOf(marks, side).flatMap((one) =>
      GUARDRAIL_POLICIES.flatMap((policy) => itemsOf(one, policy).filter(isAct)),
    ),
  );
  return acts.length === 0 || acts.some(({ action }) => action === "BLOCKED");
}

const isAct = ({ action }: JsonObject): boolean => action === "BLOCKED" || action === "ANONYMIZED";

/**
 * Found and let pass. Traces of before detect mode have no `detected`, and full traces list what was not found, so the
 * item itself must say that there is something: a confidence, a score below its threshold, a failed logical check.
 */
function isDetectedOnly(item: JsonObject): boolean {
  if (isAct(item)) return false;
  if (typeof item.detected === "boolean") return item.detected;
  if (item.invalid !== undefined || item.impossible !== undefined) return true;
  if (item.action !== "NONE") return false;
  if (typeof item.score === "number" && typeof item.threshold === "number")
    return item.score < item.threshold;
  return item.confidence !== "NONE";
}

/** All items of one policy family: topics, filters, word lists, PII entities, regexes, logical findings. */
function itemsOf(assessment: JsonObject, policy: string): JsonObject[] {
  return Object.values(asObject(assessment[policy]) ?? {}).flatMap((items) =>
    asArray(items)
      .map(asObject)
      .filter((item) => item !== undefined),
  );
}

/** Finds the assessments in `{id: A}`, `[{id: A}]` (logs) or `{id: [A]}` (API). */
function assessmentsIn(value: unknown, levels = 3): JsonObject[] {
  if (levels < 0) return [];
  if (Array.isArray(value)) return value.flatMap((item) => assessmentsIn(item, levels - 1));
  const object = asObject(value);
  if (object === undefined) return [];
  const isAssessment = "invocationMetrics" in object || GUARDRAIL_POLICIES.some((policy) => policy in object);
  return isAssessment ? [object] : Object.values(object).flatMap((item) => assessmentsIn(item, levels - 1));
}
