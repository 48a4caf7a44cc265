import { parseModelId } from "@bellwether/core/records/model";
import { describe, expect, it } from "vitest";

const ARN = "arn:aws:bedrock:us-west-2:111122223333";

describe("parseModelId", () => {
  it.each([
    [
      "anthropic.claude-3-haiku-20240307-v1:0",
      "anthropic.claude-3-haiku-20240307-v1:0",
      "regional",
      "foundation",
    ],
    ["amazon.titan-text-express-v1:0:8k", "amazon.titan-text-express-v1:0:8k", "regional", "foundation"],
    ["anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6", "regional", "foundation"],
    ["us.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", "geo", "inference-profile"],
    ["eu.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", "geo", "inference-profile"],
    ["apac.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", "geo", "inference-profile"],
    ["jp.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", "geo", "inference-profile"],
    ["au.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", "geo", "inference-profile"],
    ["in.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", "geo", "inference-profile"],
    ["us-gov.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", "geo", "inference-profile"],
    ["global.anthropic.claude-opus-4-6-v1", "anthropic.claude-opus-4-6-v1", "global", "inference-profile"],
    [
      `${ARN}:inference-profile/global.anthropic.claude-opus-4-7`,
      "anthropic.claude-opus-4-7",
      "global",
      "inference-profile",
    ],
    [
      `${ARN}:inference-profile/us.anthropic.claude-sonnet-4-6`,
      "anthropic.claude-sonnet-4-6",
      "geo",
      "inference-profile",
    ],
    [
      `${ARN}:application-inference-profile/a1b2c3d4e5f6`,
      "a1b2c3d4e5f6",
      "regional",
      "application-inference-profile",
    ],
    [
      "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0",
      "amazon.nova-pro-v1:0",
      "regional",
      "foundation",
    ],
    [
      "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.nova-pro-v1:0",
      "amazon.nova-pro-v1:0",
      "regional",
      "foundation",
    ],
    [`${ARN}:provisioned-model/abcdef012345`, "abcdef012345", "regional", "provisioned"],
    [`${ARN}:custom-model/amazon.nova-lite-v1:0:300k/abcdef012345`, "abcdef012345", "regional", "custom"],
    [`${ARN}:custom-model-deployment/abcdef012345`, "abcdef012345", "regional", "custom"],
    [`${ARN}:imported-model/abcdef012345`, "abcdef012345", "regional", "imported"],
    [`${ARN}:prompt/PROMPT1234:1`, "PROMPT1234:1", "regional", "prompt"],
    [`${ARN}:default-prompt-router/anthropic.claude:1`, "anthropic.claude:1", "regional", "router"],
    [`${ARN}:prompt-router/abcdef012345`, "abcdef012345", "regional", "router"],
    ["arn:aws:sagemaker:us-east-1:111122223333:endpoint/my-endpoint", "my-endpoint", "regional", "custom"],
    ["us.", "us.", "regional", "foundation"],
    ["usual.model", "usual.model", "regional", "foundation"],
  ])("%s", (raw, id, tier, kind) => {
    expect(parseModelId(raw)).toEqual({ raw, id, tier, kind });
  });
});
