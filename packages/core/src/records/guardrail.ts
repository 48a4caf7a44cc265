import type { GuardrailOutcome, Invocation } from "./invocation.ts";
import { asArray, asDuration, asObject, type JsonObject } from "./json.ts";

/** Policy families of a GuardrailAssessment, in the order they are reported. */
const POLICIES = [
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

/** What a response body says about guardrails: Bedrock's own flag, and the traces when tracing is on. */
export interface GuardrailMarks {
  readonly flagged: boolean;
  readonly traces: readonly JsonObject[];
}

/** Marks in a Converse response; undefined when no guardrail left any. */
export function converseMarks(body: JsonObject): GuardrailMarks | undefined {
  const trace = asObject(asObject(body.trace)?.guardrail);
  const flagged = body.stopReason === "guardrail_intervened";
  return flagged || trace !== undefined ? { flagged, traces: trace === undefined ? [] : [trace] } : undefined;
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
    traces: marked
      .map((body) => asObject(asObject(body["amazon-bedrock-trace"])?.guardrail))
      .filter((trace) => trace !== undefined),
  };
}

/** Sums the marks up; `processingLatencyMs` is the total over all assessments. An assessment with action NONE (detect mode) did not act. */
export function guardrailOutcome(marks: GuardrailMarks): GuardrailOutcome {
  const where: ("input" | "output")[] = [];
  const policies = new Set<string>();
  let latency: number | undefined;
  for (const [side, converseField, invokeField] of SIDES) {
    const assessments = marks.traces.flatMap((trace) => [
      ...assessmentsIn(trace[converseField]),
      ...assessmentsIn(trace[invokeField]),
    ]);
    const acted = POLICIES.filter((policy) => assessments.some((one) => actionsOf(one, policy).some(isAct)));
    if (acted.length > 0) where.push(side);
    for (const policy of acted) policies.add(policy);
    for (const one of assessments) {
      const ms = asDuration(asObject(one.invocationMetrics)?.guardrailProcessingLatency);
      if (ms !== undefined) latency = (latency ?? 0) + ms;
    }
  }
  return {
    intervened: marks.flagged || where.length > 0,
    where,
    policies: [...policies],
    ...(latency === undefined ? {} : { processingLatencyMs: latency }),
  };
}

/** Whether the logged answer is the guardrail's canned message: it intervened, and not only by masking (ANONYMIZED). */
export function isCannedAnswer(
  guardrail: Invocation["guardrail"],
  marks: GuardrailMarks | undefined,
): boolean {
  if (guardrail?.intervened !== true) return false;
  const actions = (marks?.traces ?? []).flatMap((trace) =>
    SIDES.flatMap(([, converseField, invokeField]) =>
      [...assessmentsIn(trace[converseField]), ...assessmentsIn(trace[invokeField])].flatMap((one) =>
        POLICIES.flatMap((policy) => actionsOf(one, policy).filter(isAct)),
      ),
    ),
  );
  return actions.length === 0 || actions.includes("BLOCKED");
}

function isAct(action: unknown): boolean {
  return action === "BLOCKED" || action === "ANONYMIZED";
}

/** The actions of all items of one policy family: topics, filters, word lists, PII entities, regexes. */
function actionsOf(assessment: JsonObject, policy: string): unknown[] {
  return Object.values(asObject(assessment[policy]) ?? {}).flatMap((items) =>
    asArray(items).map((item) => asObject(item)?.action),
  );
}

/** Finds the assessments in `{id: A}`, `[{id: A}]` (logs) or `{id: [A]}` (API). */
function assessmentsIn(value: unknown, levels = 3): JsonObject[] {
  if (levels < 0) return [];
  if (Array.isArray(value)) return value.flatMap((item) => assessmentsIn(item, levels - 1));
  const object = asObject(value);
  if (object === undefined) return [];
  const isAssessment = "invocationMetrics" in object || POLICIES.some((policy) => policy in object);
  return isAssessment ? [object] : Object.values(object).flatMap((item) => assessmentsIn(item, levels - 1));
}
