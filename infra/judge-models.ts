import { parseModelId } from "@bellwether/core/records/model";

export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/**
 * ARNs that `bedrock:InvokeModel` needs for a judge model. A geographic or global inference profile needs itself and the
 * model in every Region it may route to; an application inference profile needs the model that `profiles` names for it.
 */
export function judgeModelArns(
  modelId: string,
  profiles: Readonly<Record<string, string>>,
  place: Place,
): string[] {
  const { partition, region, account } = place;
  const everywhere = (id: string): string => `arn:${partition}:bedrock:*::foundation-model/${id}`;
  const model = parseModelId(modelId);
  const isArn = modelId.startsWith("arn:");
  switch (model.kind) {
    case "foundation":
      return [isArn ? modelId : `arn:${partition}:bedrock:${region}::foundation-model/${model.id}`];
    case "inference-profile": {
      const profile = `arn:${partition}:bedrock:${region}:${account}:inference-profile/${modelId}`;
      return [isArn ? modelId : profile, everywhere(model.id)];
    }
    case "application-inference-profile": {
      const behind = profiles[modelId] ?? profiles[model.id];
      if (behind === undefined)
        throw new Error(`config.profiles names no model for the judge's profile ${modelId}`);
      return [modelId, everywhere(parseModelId(behind).id)];
    }
    default:
      return [modelId];
  }
}
