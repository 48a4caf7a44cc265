import { JUDGE_APP } from "@bellwether/core/requests/decision";
import type { ConverseRequest, SystemBlock } from "./converse.ts";
import type { Criterion } from "./criterion.ts";
import { assertDelimiter, escapeHostile } from "./hostile-text.ts";
import { suspectInput } from "./injection/suspect-input.ts";
import type { JudgeInput } from "./judge-input.ts";
import { JUDGE_TOOL_NAME, JUDGE_TOOL_SCHEMA } from "./judge-schema.ts";
import { JUDGE_RUBRIC } from "./rubric.ts";
import { JUDGE_PROMPT_VERSION } from "./version.ts";

/** Limits of requestMetadata (Bedrock user guide, cost-mgmt-request-metadata); two entries are ours. */
const MAX_TAGS = 14;
const MAX_TAG_CHARS = 256;

export interface JudgeRequestOptions {
  readonly modelId: string;
  readonly maxTokens: number;
  /** 16 to 64 letters or digits, fresh and unpredictable for every call. */
  readonly delimiter: string;
  /** Extra requestMetadata of the judge call (at most 14), e.g. `{ feature: "support-bot" }`. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly criteria?: readonly Criterion[];
  /** Questions the judge writes from the answer, for embedding-based answer_relevancy; default 0. */
  readonly generatedQuestions?: number;
  /** Marks the prefix for prompt caching; default true. Models without caching refuse the request. */
  readonly promptCaching?: boolean;
  /** Lets Bedrock enforce the schema; default false, since not every model supports it. */
  readonly strictTool?: boolean;
  /** `model_default` leaves the temperature out, for models that refuse it; default `greedy` (0). */
  readonly sampling?: "greedy" | "model_default";
}

/** The one Converse request that judges an answer; throws RangeError on an unusable delimiter, tag or criterion. */
export function buildJudgeRequest(input: JudgeInput, options: JudgeRequestOptions): ConverseRequest {
  assertDelimiter(options.delimiter);
  const greedy = options.sampling !== "model_default";
  return {
    modelId: options.modelId,
    system: systemBlocks(options),
    messages: [{ role: "user", content: [{ text: userMessage(input, options) }] }],
    inferenceConfig: { maxTokens: options.maxTokens, ...(greedy ? { temperature: 0 } : {}) },
    toolConfig: {
      tools: [
        {
          toolSpec: {
            name: JUDGE_TOOL_NAME,
            description: "Records the verdicts on the one exchange in the user message.",
            inputSchema: { json: JUDGE_TOOL_SCHEMA },
            ...(options.strictTool === true ? { strict: true } : {}),
          },
        },
      ],
      toolChoice: { tool: { name: JUDGE_TOOL_NAME } },
    },
    requestMetadata: requestMetadata(options.tags ?? {}),
  };
}

function systemBlocks(options: JudgeRequestOptions): SystemBlock[] {
  const criteria = options.criteria ?? [];
  const blocks: SystemBlock[] = [{ text: JUDGE_RUBRIC }];
  if (criteria.length > 0) blocks.push({ text: criteriaText(criteria) });
  if (options.promptCaching !== false) blocks.push({ cachePoint: { type: "default" } });
  return blocks;
}

function criteriaText(criteria: readonly Criterion[]): string {
  const ids = new Set(criteria.map((criterion) => criterion.id));
  if (ids.size !== criteria.length) throw new RangeError("criterion ids must be unique");
  for (const id of ids) {
    if (!/^[a-z][a-z0-9_]*$/.test(id))
      throw new RangeError(`criterion id ${JSON.stringify(id)} is not snake_case`);
  }
  return ["# Criteria", ...criteria.map(({ id, instruction }) => `${id}: ${instruction}`)].join("\n");
}

function userMessage(input: JudgeInput, options: JudgeRequestOptions): string {
  const { delimiter } = options;
  const section = (name: string, text: string | undefined): string[] =>
    text === undefined
      ? []
      : [`<${delimiter} ${name}>`, escapeHostile(text, delimiter), `</${delimiter} ${name}>`];
  const suspicious = suspectInput(input).map((suspicion) => suspicion.section);
  return [
    `Delimiter: ${delimiter}`,
    `Passages: ${input.contexts.length}`,
    `Reference: ${input.reference === undefined ? "no" : "yes"}`,
    `Generated questions: ${options.generatedQuestions ?? 0}`,
    ...(suspicious.length === 0 ? [] : [`Instruction-like text: ${suspicious.join(", ")}`]),
    "",
    ...section("system", input.system),
    ...section("question", input.question),
    ...input.contexts.flatMap((passage, rank) => section(`passage ${rank + 1}`, passage)),
    ...section("reference", input.reference),
    ...section("answer", input.answer),
  ].join("\n");
}

function requestMetadata(tags: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS) throw new RangeError(`at most ${MAX_TAGS} tags fit beside the judge's own`);
  // Bedrock refuses the whole call for one character outside its set, and a tag is only a label.
  const clean = (text: string) => text.replace(/[^A-Za-z0-9 :_@$#=/+,\-.]/g, "-").slice(0, MAX_TAG_CHARS);
  return {
    ...Object.fromEntries(entries.map(([key, value]) => [clean(key), clean(value)])),
    app: JUDGE_APP,
    promptVersion: JUDGE_PROMPT_VERSION,
  };
}
