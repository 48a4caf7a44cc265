import * as z from "zod";
import { OPERATIONS } from "./invocation.ts";
import { asObject } from "./json.ts";
import type { Parsed, QuarantineReason, Rejection } from "./rejection.ts";

/** Longest accepted ids, characters: room for any `requestId`, and the API's own limit for `modelId`. */
const MAX_REQUEST_ID = 256;
const MAX_MODEL_ID = 2048;

const text = z.string().nullish();
// `null` is not "absent" here: it is how JSON writers spell NaN.
const tokenCount = z.int().min(0).optional();

const Envelope = z.object({
  schemaType: z.literal("ModelInvocationLog"),
  schemaVersion: z
    .string()
    .regex(/^1\.\d+$/)
    .nullish(),
  // Becomes a key, a path and a message: visible ASCII, as every id of AWS.
  requestId: z
    .string()
    .min(1)
    .max(MAX_REQUEST_ID)
    .regex(/^[\x20-\x7e]+$/),
  timestamp: z.string().min(1),
  operation: z.enum(OPERATIONS),
  modelId: z.string().min(1).max(MAX_MODEL_ID),
  accountId: text,
  identity: z.object({ arn: text }).nullish(),
  region: text,
  inferenceRegion: text,
  errorCode: text,
  requestMetadata: z.custom<object>((value) => asObject(value) !== undefined).nullish(),
  input: z
    .object({
      inputBodyJson: z.unknown().optional(),
      inputBodyS3Path: z.unknown().optional(),
      inputTokenCount: tokenCount,
      cacheReadInputTokenCount: tokenCount,
      cacheWriteInputTokenCount: tokenCount,
    })
    .nullish(),
  output: z
    .object({
      outputBodyJson: z.unknown().optional(),
      outputBodyS3Path: z.unknown().optional(),
      outputTokenCount: tokenCount,
    })
    .nullish(),
});

/** The validated outside of a record: the same fields for every operation, bodies still unread. */
export type Envelope = z.infer<typeof Envelope>;

/** Validates the envelope of one decoded log record; unknown keys are ignored, bodies are not looked at. */
export function parseEnvelope(json: unknown): Parsed<Envelope> {
  const record = asObject(json);
  if (record === undefined)
    return { ok: false, rejection: { reason: "not_object", detail: "not an object" } };
  const result = Envelope.safeParse(record);
  if (result.success) return { ok: true, value: result.data };
  const [issue] = result.error.issues;
  const path = issue?.path.map(String) ?? [];
  const reason = reasonFor(path, record);
  return { ok: false, rejection: { reason, detail: describe(reason, path, record, issue?.message ?? "") } };
}

const REQUIRED = new Set(["requestId", "timestamp", "operation", "modelId"]);

function reasonFor(path: readonly string[], record: { readonly [key: string]: unknown }): QuarantineReason {
  const field = path[0] ?? "";
  const value = record[field];
  if (field === "schemaType") return "not_model_invocation";
  if (field === "schemaVersion") return "unsupported_schema_version";
  if (path.at(-1)?.endsWith("TokenCount")) return "invalid_tokens";
  if (REQUIRED.has(field) && (value === undefined || value === null || value === "")) return "missing_field";
  return field === "operation" && typeof value === "string" ? "unknown_operation" : "invalid_field";
}

/** Names the field and, only where it is no text of a user, its value. */
function describe(
  reason: QuarantineReason,
  path: readonly string[],
  record: { readonly [key: string]: unknown },
  message: string,
): Rejection["detail"] {
  const shown = reason === "unknown_operation" ? String(record.operation) : message;
  return `${path.join(".")}: ${shown}`.slice(0, 200);
}
