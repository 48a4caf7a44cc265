import type { Config } from "@bellwether/core/config/config";
import type { PriceBook } from "@bellwether/core/prices/price-book";
import { parseModelId } from "@bellwether/core/records/model";
import type { GoldenCase } from "@bellwether/core/sentinel/golden-set";
import type { JudgedCase } from "@bellwether/core/sentinel/sentinel-tick";
import { type Converse, judgeAnswer } from "./judge-answer.ts";
import { toJudgeInput } from "./judge-input.ts";

/** Judges one frozen case exactly as a request of production is judged; an outage is no score. */
export async function judgeCase(
  { question, contexts, answer, reference }: GoldenCase,
  at: number,
  stage: { readonly config: Config; readonly prices: PriceBook },
  deps: { readonly converse: Converse; readonly newDelimiter: () => string },
): Promise<JudgedCase> {
  const conversation = {
    turns: [],
    toolUses: [],
    contexts,
    contextTruncated: false,
    answer,
    ...(question == null ? {} : { question }),
  };
  const input = toJudgeInput(conversation, reference == null ? {} : { reference });
  if ("abstained" in input) return { quality: null, picoUsd: 0 };
  const { modelId, maxTokens, weights } = stage.config.judge;
  const judged = await judgeAnswer(
    input,
    { modelId, maxTokens, weights, delimiter: deps.newDelimiter() },
    deps.converse,
  );
  const model = parseModelId(modelId);
  const picoUsd = judged.attempts.reduce<number | null>((sum, usage) => {
    const price = stage.prices.price(model, usage, at, { failed: false, region: "" });
    return sum === null || price.kind === "unpriced" ? null : sum + price.picoUsd;
  }, 0);
  const quality = judged.kind === "judged" ? judged.scores.quality : undefined;
  return { quality: quality?.status === "scored" ? quality.score : null, picoUsd };
}
