import type { ModelKind, ModelRef, RegionTier } from "./invocation.ts";

/** Resource type in a Bedrock ARN → what the id behind it names. */
const KIND_BY_RESOURCE: ReadonlyMap<string, ModelKind> = new Map([
  ["foundation-model", "foundation"],
  ["inference-profile", "inference-profile"],
  ["application-inference-profile", "application-inference-profile"],
  ["provisioned-model", "provisioned"],
  ["custom-model", "custom"],
  ["custom-model-deployment", "custom"],
  ["imported-model", "imported"],
  ["prompt", "prompt"],
  ["prompt-router", "router"],
  ["default-prompt-router", "router"],
]);

const ARN = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:([^:/]+)[:/](.+)$/;
const TIER_PREFIX = /^(global|us-gov|us|eu|apac|jp|au|in)\.(?=.)/;

/** Reads a logged `modelId` (base id, inference profile id, or any Bedrock ARN) into the model it names; an ARN of another resource type is an opaque `custom` model. */
export function parseModelId(raw: string): ModelRef {
  const arn = ARN.exec(raw);
  const name = raw.slice(raw.lastIndexOf("/") + 1);
  if (arn === null) return { raw, ...withoutTier(name, "foundation") };
  const kind = KIND_BY_RESOURCE.get(arn[1] ?? "") ?? "custom";
  return kind === "foundation" || kind === "inference-profile"
    ? { raw, ...withoutTier(name, kind) }
    : { raw, id: name, tier: "regional", kind };
}

function withoutTier(name: string, kind: ModelKind): Omit<ModelRef, "raw"> {
  const prefix = TIER_PREFIX.exec(name)?.[1];
  if (prefix === undefined) return { id: name, tier: "regional", kind };
  const tier: RegionTier = prefix === "global" ? "global" : "geo";
  return { id: name.slice(prefix.length + 1), tier, kind: "inference-profile" };
}

/** True for ids of the public catalogue; every other id is opaque and equals only itself. */
export function isPublished({ kind }: ModelRef): boolean {
  return kind === "foundation" || kind === "inference-profile";
}
