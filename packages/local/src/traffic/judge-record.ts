import { envelopeLine } from "./envelope.ts";

/** One call that the judge made; `body` and `response` are the Converse request (without `modelId`) and response. */
export interface JudgeCall {
  readonly requestId: string;
  readonly at: number;
  readonly modelId: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Role of the evaluate function, as a role ARN or already as an assumed-role ARN. */
  readonly roleArn: string;
  readonly body: unknown;
  readonly response: unknown;
}

/** The log line that Bedrock writes for a call of the judge: in the same log that Bellwether reads. */
export function judgeRecord(call: JudgeCall): string {
  const { requestId, at, modelId, inputTokens, outputTokens, roleArn } = call;
  return envelopeLine(
    {
      at,
      requestId,
      operation: "Converse",
      modelId,
      identityArn: assumedRole(roleArn),
      metadata: { app: "bellwether-judge" },
      input: { inputContentType: "application/json", inputBodyJson: call.body, inputTokenCount: inputTokens },
      output: {
        outputContentType: "application/json",
        outputBodyJson: call.response,
        outputTokenCount: outputTokens,
      },
    },
    "timestamp-first",
  );
}

/** A role's calls are logged under its session: `…:role/path/NAME` becomes `…:assumed-role/NAME/SESSION`. */
function assumedRole(roleArn: string): string {
  const [, partition, account, path] = /^arn:([^:]+):iam::(\d*):role\/(.+)$/.exec(roleArn) ?? [];
  if (partition === undefined || account === undefined || path === undefined) return roleArn;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return `arn:${partition}:sts::${account}:assumed-role/${name}/evaluate`;
}
