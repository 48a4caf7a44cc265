import type { Config } from "@bellwether/core/config/config";
import type { LakeRow } from "@bellwether/core/lake/tables";
import type { PriceBook } from "@bellwether/core/prices/price-book";
import { parseModelId } from "@bellwether/core/records/model";
import { TYPICAL_JUDGEMENT } from "@bellwether/core/sampling/judge-price";
import { buildJudgeRequest } from "@bellwether/evaluators/judge-prompt";

/** Usual size of English text and JSON, characters per token. */
const CHARS_PER_TOKEN = 4;

/** What judging one request is expected to cost at list price; an estimate, since nothing is judged. */
export interface JudgeEstimate {
  readonly modelId: string;
  /** Tokens of rubric, schema and frame, the same for every request. */
  readonly overheadTokens: number;
  /** Tokens of verdicts the judge is expected to write. */
  readonly outputTokens: number;
  /** 1e-12 USD of judging the request of this row, null without a price for the judge. */
  picoUsd(row: LakeRow, at: number): number | null;
}

/** Tokens of the judge's prompt around an empty exchange, from its length. */
function overhead({ judge: { modelId, maxTokens } }: Config): number {
  const { system, messages, toolConfig } = buildJudgeRequest(
    { answer: "", contexts: [], contextTruncated: false },
    { modelId, maxTokens, delimiter: "0".repeat(24) },
  );
  const texts = [...system, ...messages.flatMap(({ content }) => content)];
  const chars = texts.reduce((sum, block) => sum + ("text" in block ? block.text.length : 0), 0);
  return Math.ceil((chars + JSON.stringify(toolConfig).length) / CHARS_PER_TOKEN);
}

/**
 * Prices judgements as list price of (overhead + the request's own input and output, read) and typical verdicts
 * (written). Cached input is left out: as a rule it is system prompt and tools, which the judge does not read.
 */
export function judgeEstimate(config: Config, prices: PriceBook): JudgeEstimate {
  const { modelId } = config.judge;
  const model = parseModelId(modelId);
  const overheadTokens = overhead(config);
  const { outputTokens } = TYPICAL_JUDGEMENT;
  return {
    modelId,
    overheadTokens,
    outputTokens,
    picoUsd: (row, at) => {
      const { input_tokens: input, output_tokens: output } = row;
      const own = typeof input === "number" && typeof output === "number" ? input + output : undefined;
      const usage = {
        inputTokens: own === undefined ? TYPICAL_JUDGEMENT.inputTokens : overheadTokens + own,
        outputTokens,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        cacheWrite1hTokens: 0,
      };
      const price = prices.price(model, usage, at, { failed: false, region: "" });
      return price.kind === "priced" ? price.picoUsd : null;
    },
  };
}
