import { basename } from "node:path";
import { registryTable } from "@bellwether/aws/registry-table";
import { canonicalText, contentHash } from "@bellwether/core/registry/content";
import { readVersion } from "@bellwether/core/registry/read";
import { UsageError } from "../arguments.ts";
import { readText } from "../input-files.ts";
import { contentOf, keptElsewhere } from "../registry/content-of.ts";
import type { PromptVersion } from "./prompt-source.ts";

const MAX_TOKENS = 1_024;
const VERSION_CHARS = 12;
const REGISTRY = "registry:";

/** The prompt of a file or of the registry (`registry:APP/VERSION`); throws UsageError. */
export function readPrompt(prompt: string, model: string | undefined): Promise<PromptVersion> {
  return prompt.startsWith(REGISTRY)
    ? registeredPrompt(prompt.slice(REGISTRY.length), model)
    : promptFile(prompt, model);
}

async function promptFile(file: string, model: string | undefined): Promise<PromptVersion> {
  const text = canonicalText(await readText("prompt", file));
  return {
    label: `${basename(file)} on ${known(model, file)}`,
    version: contentHash(text).slice(0, VERSION_CHARS),
    text,
    modelId: known(model, file),
    maxTokens: MAX_TOKENS,
  };
}

async function registeredPrompt(name: string, model: string | undefined): Promise<PromptVersion> {
  const slash = name.indexOf("/");
  const [app, version] = [name.slice(0, slash), name.slice(slash + 1)];
  if (slash < 1 || version === "")
    throw new UsageError(`--prompt ${REGISTRY}${name}: write ${REGISTRY}APP/VERSION`);
  if (!process.env.REGISTRY_TABLE)
    throw new UsageError(
      "environment variable REGISTRY_TABLE is not set: the DynamoDB table of registered versions",
    );
  const family = { app, kind: "prompt" } as const;
  const entry = await readVersion(family, version, registryTable);
  if (entry === undefined) throw new UsageError(`${app} has no registered prompt ${version}`);
  const text = await contentOf(family, entry);
  if (text === null) throw new UsageError(keptElsewhere(entry));
  const { parameters } = entry;
  const number = (...names: string[]): number | undefined =>
    names.map((key) => parameters[key]).find((value) => typeof value === "number");
  const [temperature, topP] = [number("temperature"), number("topP", "top_p")];
  const modelId = known(model ?? entry.modelId ?? undefined, `${REGISTRY}${name}`);
  return {
    label: `${app}/${version} on ${modelId}`,
    version,
    text,
    modelId,
    maxTokens: number("maxTokens", "max_tokens") ?? MAX_TOKENS,
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
  };
}

function known(model: string | undefined, prompt: string): string {
  if (model === undefined)
    throw new UsageError(`--model ID is missing: the Bedrock model that ${prompt} is for`);
  return model;
}
