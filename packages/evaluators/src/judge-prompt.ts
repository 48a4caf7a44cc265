import { JUDGE_APP } from "@bellwether/core/requests/decision";
import { alsoRecord } from "./also-record.ts";
import type { ConverseRequest, SystemBlock } from "./converse.ts";
import type { Criterion } from "./criterion.ts";
import { assertDelimiter, escapeHostile } from "./hostile-text.ts";
import { suspectInput } from "./injection/suspect-input.ts";
import { type JudgeInput, shownAgent } from "./judge-input.ts";
import { JUDGE_TOOL_NAME, JUDGE_TOOL_SCHEMA } from "./judge-schema.ts";
import { planCaching } from "./prompt-caching.ts";
import { JUDGE_RUBRIC } from "./rubric.ts";
import { JUDGE_PROMPT_VERSION } from "./version.ts";

/** Limits of requestMetadata (Bedrock user guide, cost-mgmt-request-metadata); two entries are ours. */
const MAX_TAGS = 14;
const MAX_TAG_CHARS = 256;

/** Marks a call as the judge's own, for the loop guard and for reconciling what it cost. */
export const JUDGE_REQUEST_TAGS = { app: JUDGE_APP, promptVersion: JUDGE_PROMPT_VERSION } as const;

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
  /** Marks the prefix for prompt caching; default: where `planCaching` finds it worth it. Models without caching refuse the request. */
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
    system: systemBlocks(options, JSON.stringify(JUDGE_TOOL_SCHEMA).length),
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

/** The rubric, which all apps share, then the criteria of one, each behind a cache point where that pays. */
function systemBlocks(options: JudgeRequestOptions, toolChars: number): SystemBlock[] {
  const criteria = options.criteria ?? [];
  const texts = criteria.length === 0 ? [JUDGE_RUBRIC] : [JUDGE_RUBRIC, criteriaText(criteria)];
  let prefixChars = toolChars;
  return texts.flatMap((text): SystemBlock[] => {
    prefixChars += text.length;
    const cached = options.promptCaching ?? planCaching(options.modelId, prefixChars).kind === "cached";
    return cached ? [{ text }, { cachePoint: { type: "default" } }] : [{ text }];
  });
}

function criteriaText(criteria: readonly Criterion[]): string {
  const ids = new Set(criteria.map((criterion) => criterion.id));
  if (ids.size !== criteria.length) throw new RangeError("criterion ids must be unique");
  for (const id of ids) {
    if (!/^[a-z][a-z0-9_]*$/.test(id))
      throw new RangeError(`criterion id ${JSON.stringify(id)} is not snake_case`);
  }
  return ["# Criteria", ...criteria.map(criterionText)].join("\n");
}

function criterionText({ id, instruction, levels }: Criterion): string {
  // One line each: an id is what a line starts with.
  const line = (text: string): string => text.replace(/\s+/g, " ").trim();
  if (levels === undefined) return `${id}: ${line(instruction)}`;
  const anchors = levels.map(({ anchor }, index) => `level_${index + 1} = ${line(anchor)}`);
  return `${id}: ${line(instruction)} The verdict is one of: ${anchors.join("; ")}.`;
}

function userMessage(input: JudgeInput, options: JudgeRequestOptions): string {
  const { delimiter } = options;
  const agent = shownAgent(input);
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
    ...alsoRecord(input),
    "",
    ...section("system", input.system),
    ...section("tools", agent?.tools),
    ...section("history", agent?.history),
    ...section("question", input.question),
    ...input.contexts.flatMap((passage, rank) => section(`passage ${rank + 1}`, passage)),
    ...section("reference", input.reference),
    ...(agent?.calls ?? []).flatMap((call, at) => section(`tool call ${at + 1}`, call)),
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
    ...JUDGE_REQUEST_TAGS,
  };
}
