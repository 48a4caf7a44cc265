import {
  BedrockRuntimeClient,
  BedrockRuntimeServiceException,
  ConverseCommand,
  type ConverseCommandInput,
} from "@aws-sdk/client-bedrock-runtime";
import type { Usage } from "@bellwether/core/records/invocation";
import { QUIET } from "./clients.ts";

/** What the judge call may end as; assignable to `ConverseResult` of packages/evaluators. */
export type ConverseOutcome =
  | { readonly kind: "answered"; readonly response: unknown; readonly usage: Usage }
  | {
      readonly kind: "unavailable";
      readonly reason: "throttled" | "timeout" | "model_error" | "access_denied";
    }
  | { readonly kind: "refused"; readonly reason: "invalid_request" };

/** Errors that pass; access is among them, because an operator can give it while the queue waits. */
const UNAVAILABLE: Readonly<Record<string, "throttled" | "timeout" | "model_error" | "access_denied">> = {
  ThrottlingException: "throttled",
  ServiceQuotaExceededException: "throttled",
  ModelNotReadyException: "throttled",
  ModelTimeoutException: "timeout",
  ServiceUnavailableException: "model_error",
  InternalServerException: "model_error",
  ModelErrorException: "model_error",
  AccessDeniedException: "access_denied",
};

let client: BedrockRuntimeClient | undefined;

/** Calls Converse once; throttling and outages are answers, not exceptions. */
export async function converse(request: ConverseCommandInput): Promise<ConverseOutcome> {
  // The queue is the retry: waiting inside a Lambda is what costs.
  client ??= new BedrockRuntimeClient({ ...QUIET, maxAttempts: 1 });
  try {
    const response = await client.send(new ConverseCommand(request));
    const usage = response.usage;
    const count = (n: number | undefined): number => n ?? 0;
    return {
      kind: "answered",
      response,
      usage: {
        inputTokens: count(usage?.inputTokens),
        outputTokens: count(usage?.outputTokens),
        cacheReadTokens: count(usage?.cacheReadInputTokens),
        cacheWriteTokens: count(usage?.cacheWriteInputTokens),
        cacheWrite1hTokens: 0,
      },
    };
  } catch (error) {
    if (!(error instanceof BedrockRuntimeServiceException))
      return { kind: "unavailable", reason: "model_error" };
    const reason = UNAVAILABLE[error.name];
    if (reason !== undefined) return { kind: "unavailable", reason };
    return (error.$metadata.httpStatusCode ?? 500) >= 500
      ? { kind: "unavailable", reason: "model_error" }
      : { kind: "refused", reason: "invalid_request" };
  }
}
