import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { type Config, judgeCalls } from "@bellwether/core/config/config";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { parseModelId } from "@bellwether/core/records/model";
import { ask } from "./answer.ts";
import { type Check, checkOf, ok, problem } from "./check.ts";
import type { Clients } from "./clients.ts";

interface Tried {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

function costOf(
  modelId: string,
  { inputTokens, outputTokens }: Tried,
  config: Config,
  region: string,
  now: number,
): string {
  const none = { cacheReadTokens: 0, cacheWriteTokens: 0, cacheWrite1hTokens: 0 };
  const price = createPriceBook({ prices: config.prices, profiles: config.profiles }).price(
    parseModelId(modelId),
    { inputTokens, outputTokens, ...none },
    now,
    { failed: false, region },
  );
  return price.kind === "priced" ? `$${price.usd.toFixed(8)}` : "without a known price";
}

/** Asks every judge model for one token with the caller's credentials; that costs a few tokens, which the check states. */
export const judgeChecks = (
  { bedrockRuntime }: Clients,
  config: Config,
  region: string,
  now: number,
): Promise<Check[]> =>
  Promise.all(
    [...new Set(judgeCalls(config))].map(async (modelId) => {
      const name = `judge ${modelId}`;
      const answer = await ask("bedrock:InvokeModel", async () => {
        const { usage } = await bedrockRuntime.send(
          new ConverseCommand({
            modelId,
            messages: [{ role: "user", content: [{ text: "Say yes." }] }],
            inferenceConfig: { maxTokens: 1 },
            // Logged like every call; this tag keeps it from being judged.
            requestMetadata: { app: "bellwether-judge" },
          }),
        );
        return { inputTokens: usage?.inputTokens ?? 0, outputTokens: usage?.outputTokens ?? 0 };
      });
      if (answer.kind === "denied")
        return problem(
          name,
          "access denied to you",
          "allow the model in Bedrock; the stage's own role may differ",
        );
      if (answer.kind === "failed" && !answer.reason.startsWith("throttled"))
        return problem(
          name,
          answer.reason,
          "see `judge.modelId` in infra/stage.ts and the model's access in Bedrock",
        );
      return checkOf(name, answer, (tried) =>
        ok(name, `answered, for ${costOf(modelId, tried, config, region, now)}`),
      );
    }),
  );
