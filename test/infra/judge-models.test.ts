import { describe, expect, it } from "vitest";
import { judgeModelArns } from "../../infra/judge-models.ts";

const place = { partition: "aws", region: "eu-west-1", account: "111122223333" };
const arns = (modelId: string, profiles: Record<string, string> = {}) =>
  judgeModelArns(modelId, profiles, place);

describe("ARNs a judge model needs", () => {
  it("a model of this Region needs itself", () => {
    expect(arns("amazon.nova-lite-v1:0")).toEqual([
      "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0",
    ]);
  });

  it.each(["eu", "us", "global"])(
    "a %s inference profile needs itself and its model in every Region",
    (tier) => {
      expect(arns(`${tier}.anthropic.claude-haiku-4-5-20251001-v1:0`)).toEqual([
        `arn:aws:bedrock:eu-west-1:111122223333:inference-profile/${tier}.anthropic.claude-haiku-4-5-20251001-v1:0`,
        "arn:aws:bedrock:*::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0",
      ]);
    },
  );

  it("an application inference profile needs the model that the configuration names for it", () => {
    const profile = "arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/abc123";
    const model = "arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0";
    expect(arns(profile, { abc123: "eu.amazon.nova-lite-v1:0" })).toEqual([profile, model]);
    expect(arns(profile, { [profile]: "amazon.nova-lite-v1:0" })).toEqual([profile, model]);
    expect(() => arns(profile)).toThrow("names no model");
  });

  it("any other ARN is used as it is", () => {
    const provisioned = "arn:aws:bedrock:eu-west-1:111122223333:provisioned-model/xyz";
    expect(arns(provisioned)).toEqual([provisioned]);
  });
});
