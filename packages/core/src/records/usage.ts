import type { Usage } from "./invocation.ts";
import { asArray, asObject, type JsonObject } from "./json.ts";
import type { TokenSources } from "./output-facts.ts";
import type { Parsed } from "./rejection.ts";

// One list per count: Converse, Nova and invocationMetrics, Claude, chat, Titan, Llama spellings.
const INPUT = [
  "inputTokens",
  "inputTokenCount",
  "input_tokens",
  "prompt_tokens",
  "inputTextTokenCount",
  "prompt_token_count",
];
const OUTPUT = [
  "outputTokens",
  "outputTokenCount",
  "output_tokens",
  "completion_tokens",
  "tokenCount",
  "totalOutputTextTokenCount",
  "generation_token_count",
];
const CACHE_READ = ["cacheReadInputTokens", "cacheReadInputTokenCount", "cache_read_input_tokens"];
const CACHE_WRITE = ["cacheWriteInputTokens", "cacheWriteInputTokenCount", "cache_creation_input_tokens"];

/** The counts of a record envelope; they win over those in the body. */
export interface EnvelopeCounts {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
}

/** Joins envelope and body counts into one usage; a count nobody reports beside others is 0, no count at all is undefined. Rejects with `invalid_tokens` when a body count that is needed is not an integer ≥ 0. */
export function readUsage(envelope: EnvelopeCounts, body: TokenSources): Parsed<Usage | undefined> {
  const input = envelope.input ?? readCount(body.input, INPUT);
  const output = envelope.output ?? readCount(body.output, OUTPUT);
  const cacheRead = envelope.cacheRead ?? readCount(body.input, CACHE_READ);
  const written = envelope.cacheWrite ?? readCount(body.input, CACHE_WRITE);
  // Only bodies split the writes by TTL; without writes there is nothing to look for.
  const split = written === 0 ? undefined : readCacheSplit(body.input);
  const cacheWrite = written ?? (split === undefined ? undefined : split.total);
  const oneHour = split === undefined ? 0 : split.oneHour;
  if (
    input === "invalid" ||
    output === "invalid" ||
    cacheRead === "invalid" ||
    cacheWrite === "invalid" ||
    oneHour === "invalid"
  ) {
    return {
      ok: false,
      rejection: { reason: "invalid_tokens", detail: "a token count in the response body is no integer ≥ 0" },
    };
  }
  if (input === undefined && output === undefined && cacheRead === undefined && cacheWrite === undefined) {
    return { ok: true, value: undefined };
  }
  const cacheWriteTokens = cacheWrite ?? 0;
  return {
    ok: true,
    value: {
      inputTokens: input ?? 0,
      outputTokens: output ?? 0,
      cacheReadTokens: cacheRead ?? 0,
      cacheWriteTokens,
      cacheWrite1hTokens: Math.min(oneHour, cacheWriteTokens),
    },
  };
}

type Count = number | "invalid";

function readCount(sources: readonly JsonObject[], names: readonly string[]): Count | undefined {
  for (const source of sources) {
    for (const name of names) {
      const value = source[name];
      // Bodies write null for "not known yet" (Llama chunks).
      if (value !== undefined && value !== null) return asCount(value);
    }
  }
  return undefined;
}

function asCount(value: unknown): Count {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : "invalid";
}

/** Cache writes by TTL: `cacheDetails` (Converse) or `cache_creation` (Claude). */
function readCacheSplit(
  sources: readonly JsonObject[],
): { readonly total: Count; readonly oneHour: Count } | undefined {
  for (const source of sources) {
    const creation = asObject(source.cache_creation);
    const entries: readonly (readonly [unknown, unknown])[] =
      creation === undefined
        ? asArray(source.cacheDetails).map((item) => [asObject(item)?.ttl, asObject(item)?.inputTokens])
        : [
            ["5m", creation.ephemeral_5m_input_tokens],
            ["1h", creation.ephemeral_1h_input_tokens],
          ];
    if (entries.length === 0) continue;
    const oneHour = entries.filter(([ttl]) => ttl === "1h");
    return { total: sumCounts(entries), oneHour: sumCounts(oneHour) };
  }
  return undefined;
}

function sumCounts(entries: readonly (readonly [unknown, unknown])[]): Count {
  let sum = 0;
  for (const [, value] of entries) {
    const count = asCount(value ?? 0);
    if (count === "invalid") return "invalid";
    sum += count;
  }
  return sum;
}
