import { BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { TITAN_MODEL_ID } from "@bellwether/core/config/config";
import { TITAN_DIMENSIONS } from "@bellwether/core/prompts/features";
import * as z from "zod";
import { QUIET } from "./clients.ts";

/** The model takes 8,192 tokens; what a question is about is said long before. */
const MAX_CHARS = 8_000;

const responseSchema = z.object({ embedding: z.array(z.number()) });

let client: BedrockRuntimeClient | undefined;

/** A caller of Amazon Titan Text Embeddings V2: 256 numbers of length 1, or undefined when Bedrock could not answer. */
export async function embedText(text: string): Promise<readonly number[] | undefined> {
  client ??= new BedrockRuntimeClient({ ...QUIET, maxAttempts: 2 });
  try {
    const { body } = await client.send(
      new InvokeModelCommand({
        modelId: TITAN_MODEL_ID,
        contentType: "application/json",
        body: JSON.stringify({
          inputText: text.slice(0, MAX_CHARS),
          dimensions: TITAN_DIMENSIONS,
          normalize: true,
        }),
      }),
    );
    return responseSchema.parse(JSON.parse(new TextDecoder().decode(body))).embedding;
  } catch {
    return undefined; // the caller counts it
  }
}
