/** Column types of the lake, named as Athena names them. */
export type ColumnType = "string" | "bigint" | "int" | "double" | "boolean";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly comment: string;
}

const column = (name: string, type: ColumnType, comment: string): Column => ({ name, type, comment });

/** Append-only Parquet tables under `<table>/dt=YYYY-MM-DD/hour=HH/`; views show the latest `rev` of a key. */
export const LAKE_TABLES = {
  requests_log: {
    key: ["request_id"],
    columns: [
      column("request_id", "string", "Bedrock request id"),
      column("at", "string", "event time, ISO 8601 UTC"),
      column("app", "string", "requestMetadata.app, else the caller's role name"),
      column("env", "string", "requestMetadata.env"),
      column("variant", "string", "requestMetadata.variant; `unattributed` when a failed call carries none"),
      column("prompt_version", "string", "requestMetadata.promptVersion"),
      column("user_id", "string", "requestMetadata.user"),
      column("session_id", "string", "requestMetadata.session"),
      column("tenant", "string", "requestMetadata.tenant"),
      column("feature", "string", "requestMetadata.feature"),
      column("trace_id", "string", "requestMetadata.traceId"),
      column("model_id", "string", "model id without region prefix"),
      column("region_tier", "string", "global, geo or regional price list"),
      column("region", "string", "Region the call was made to"),
      column("operation", "string", "Converse, ConverseStream, InvokeModel or InvokeModelWithResponseStream"),
      column("input_tokens", "bigint", "input tokens outside the cache"),
      column("output_tokens", "bigint", "output tokens"),
      column("cache_read_tokens", "bigint", "input tokens read from the cache"),
      column("cache_write_tokens", "bigint", "input tokens written to the cache, both TTLs"),
      column("cache_write_1h_tokens", "bigint", "the part of cache_write_tokens with a 1-hour TTL"),
      column("cost_usd", "double", "USD, NULL when unpriced"),
      column("cost_pico_usd", "bigint", "the same in 1e-12 USD, for sums that do not depend on order"),
      column("unpriced_reason", "string", "unknown_model, unresolved_profile or no_usage"),
      column("latency_ms", "double", "end to end, ms; NULL where the log has none"),
      column("ttft_ms", "double", "time to first token, ms; NULL where the log has none"),
      column(
        "language",
        "string",
        "language of the question (ISO 639-1, `und`); NULL unless the prompt was read",
      ),
      column("topic", "string", "learned topic of the question; NULL unless the prompt was read"),
      column("question_chars", "bigint", "length of the question; NULL unless the prompt was read"),
      column("stop_reason", "string", "stop reason as the model family names it"),
      column("guardrail", "string", "policies that intervened, comma separated; NULL when none did"),
      column("error_code", "string", "Bedrock error code of a failed call"),
      column("pi", "double", "final inclusion probability of the judge sample; NULL when not eligible"),
      column("first_pi", "double", "the same before any feedback"),
      column("u", "double", "permanent random number of the request, [0, 1)"),
      column("rules", "string", "every matched sampling rule, comma separated"),
      column("deciding_rule", "string", "the rule that set pi"),
      column("priority", "int", "1 (first) to 4; NULL when not selected"),
      column("outcome", "string", "filtered, sampled_out, over_budget, queued, judged, abstained or failed"),
      column("outcome_reason", "string", "why it was filtered, abstained or failed"),
      column("rev", "bigint", "revision of this row; the highest counts"),
      column("source_key", "string", "S3 key of the log object"),
      column("source_line", "bigint", "1-based physical line in the object"),
    ],
  },
  evaluations_log: {
    key: ["request_id", "metric"],
    columns: [
      column("request_id", "string", "Bedrock request id"),
      column("metric", "string", "metric name; `quality` is the weighted mean"),
      column("at", "string", "event time of the request, ISO 8601 UTC"),
      column("app", "string", "as in requests"),
      column("variant", "string", "as in requests"),
      column("prompt_version", "string", "as in requests"),
      column("model_id", "string", "as in requests"),
      column("status", "string", "scored, abstained or failed"),
      column("score", "double", "[0, 1]; NULL unless scored"),
      column("reason", "string", "the judge's reason, or why there is no score"),
      column("judge_model", "string", "model id of the judge"),
      column("judge_version", "string", "version of judge prompt and scoring code"),
      column("cost_usd", "double", "judge spend on this request over all attempts, on the quality row only"),
      column("cost_pico_usd", "bigint", "the same in 1e-12 USD"),
      column("input_tokens", "bigint", "judge input tokens, on the quality row only"),
      column("output_tokens", "bigint", "judge output tokens, on the quality row only"),
      column(
        "pi",
        "double",
        "inclusion probability of the request; NULL when a person asked for the look: it enters no mean",
      ),
      column("rev", "bigint", "revision; the highest counts"),
    ],
  },
  feedback_log: {
    key: ["feedback_id"],
    columns: [
      column("feedback_id", "string", "unique id of the feedback event"),
      column("request_id", "string", "NULL when it names a session only"),
      column("session_id", "string", "session named by the event"),
      column("kind", "string", "thumbs, rating, comment, correction or implicit"),
      column("value", "string", "as sent"),
      column("negative", "boolean", "thumbs down, rating of at most 2, regenerate, escalate or correction"),
      column("comment", "string", "free text"),
      column("user_id", "string", "who gave it"),
      column("at", "string", "event time, ISO 8601 UTC"),
      column("rev", "bigint", "revision; the highest counts"),
    ],
  },
  rollups_log: {
    key: ["app", "variant", "prompt_version", "model_id", "metric", "at"],
    columns: [
      column("app", "string", "app"),
      column("variant", "string", "as in requests; `none` where the record names none"),
      column("prompt_version", "string", "as in requests; `other` when an hour has too many segments"),
      column("model_id", "string", "as in requests; `other` when an hour has too many segments"),
      column("metric", "string", "metric name; `quality` when nothing was judged"),
      column("at", "string", "start of the hour of event time, ISO 8601 UTC"),
      column("final_at", "string", "feedback may change the row until then, ISO 8601 UTC"),
      column(
        "requests",
        "bigint",
        "requests of the segment; the same on each of its metrics, as up to judge_pico_usd",
      ),
      column("errors", "bigint", "failed calls"),
      column("votes", "bigint", "users' last votes"),
      column("negative", "bigint", "of these, negative"),
      column("eligible", "bigint", "requests with a text to judge"),
      column("drawn", "bigint", "of these, in the sample"),
      column("finished", "bigint", "of these, judged, abstained or failed"),
      column("cost_pico_usd", "bigint", "cost of the priced requests, 1e-12 USD"),
      column("judge_pico_usd", "bigint", "what the judge cost, 1e-12 USD"),
      column("scored", "bigint", "requests with a score in this metric"),
      column("abstained", "bigint", "requests the judge could not score"),
      column("failed", "bigint", "requests on which judging failed"),
      column("mean", "double", "weighted mean; NULL below an effective sample of 10"),
      column("low", "double", "lower end of its 95 % interval"),
      column("high", "double", "upper end of its 95 % interval"),
      column("n_eff", "double", "effective sample size (Kish)"),
      column("reliability", "string", "suppressed, flagged or published"),
      column("sum_w", "double", "sum of w = 1/pi; sums of several hours or segments add up"),
      column("sum_w2", "double", "sum of w²"),
      column("sum_wy", "double", "sum of w·score"),
      column("sum_w2y", "double", "sum of w²·score"),
      column("sum_w2y2", "double", "sum of w²·score²"),
      column("sum_y", "double", "sum of scores, for the naive mean"),
      column("rev", "bigint", "revision; the highest counts"),
    ],
  },
  findings_log: {
    key: ["finding_id"],
    columns: [
      column("finding_id", "string", "app, generation and watermark"),
      column("at", "string", "tick that stored it, ISO 8601 UTC"),
      column("app", "string", "app"),
      column("generation", "bigint", "generation of the rollout document"),
      column("stable", "string", "stable variant"),
      column("canary", "string", "canary variant"),
      column("status", "string", "healthy, breach, shared_breach, suspect, not_enough_data"),
      column("rule", "string", "deciding trigger"),
      column("e_value", "double", "combined e-value; at 100 the canary is rolled back"),
      column("watermark", "string", "events before this instant are counted, ISO 8601 UTC"),
      column("document", "string", "the whole finding as JSON"),
      column("rev", "bigint", "revision; the highest counts"),
    ],
  },
  rollbacks_log: {
    key: ["app", "generation"],
    columns: [
      column("app", "string", "app"),
      column("generation", "bigint", "generation that the rollback created"),
      column("at", "string", "when the pointer moved, ISO 8601 UTC"),
      column("from_variant", "string", "the canary that was stopped"),
      column("to_variant", "string", "the stable version that took all traffic"),
      column("rule", "string", "deciding rule"),
      column("reason", "string", "one sentence with the numbers"),
      column("e_value", "double", "evidence at the decision"),
      column("document", "string", "the whole evidence as JSON"),
      column("rev", "bigint", "revision; the highest counts"),
    ],
  },
  quarantine_log: {
    key: ["source_key", "source_line", "reason"],
    columns: [
      column("source_key", "string", "S3 key of the log object"),
      column("source_line", "bigint", "1-based physical line; NULL for a whole file"),
      column("reason", "string", "from the closed list of core/records/rejection"),
      column("detail", "string", "what was wrong, for people"),
      column("raw", "string", "the first 4,096 bytes, base64"),
      column("at", "string", "delivery time of the object, ISO 8601 UTC"),
      column("rev", "bigint", "revision; the highest counts"),
    ],
  },
  objects_log: {
    key: ["source_key"],
    columns: [
      column("source_key", "string", "S3 key of the log object"),
      column("at", "string", "delivery time, ISO 8601 UTC"),
      column("lines_read", "bigint", "lines read; kept + quarantined + duplicate + ignored"),
      column("kept", "bigint", "records kept"),
      column("quarantined", "bigint", "lines kept aside"),
      column("duplicate", "bigint", "records that another line had brought before"),
      column("ignored", "bigint", "blank lines"),
      column("bodies_unreadable", "bigint", "offloaded bodies that were refused, missing or unreadable"),
      column("rev", "bigint", "revision; the highest counts"),
    ],
  },
} as const satisfies Record<string, { readonly key: readonly string[]; readonly columns: readonly Column[] }>;

export type LakeTable = keyof typeof LAKE_TABLES;
export type LakeValue = string | number | boolean | null;
/** One row; a missing column is NULL. */
export type LakeRow = Readonly<Record<string, LakeValue>>;

/** Hive partition of an instant: `dt=YYYY-MM-DD/hour=HH`, UTC. */
export function partitionOf(at: number): string {
  const iso = new Date(at).toISOString();
  return `dt=${iso.slice(0, 10)}/hour=${iso.slice(11, 13)}`;
}
