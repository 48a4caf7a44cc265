import { LOCAL_ACCOUNT, LOCAL_REGION } from "./endpoints/endpoint.ts";

export interface LambdaContext {
  readonly callbackWaitsForEmptyEventLoop: boolean;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  getRemainingTimeInMillis(): number;
}

/** The second argument of a Lambda handler; `elapsedMs` tells how long this invocation has run. */
export function lambdaContext(options: {
  functionName: string;
  memoryMb: number;
  requestId: string;
  timeoutSeconds: number;
  elapsedMs: () => number;
}): LambdaContext {
  const { functionName, memoryMb, requestId, timeoutSeconds, elapsedMs } = options;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: functionArn(functionName),
    memoryLimitInMB: String(memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "local/[$LATEST]",
    getRemainingTimeInMillis: () => Math.max(0, Math.round(timeoutSeconds * 1_000 - elapsedMs())),
  };
}

/** ARN of a local function. */
function functionArn(functionName: string): string {
  return `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT}:function:${functionName}`;
}
