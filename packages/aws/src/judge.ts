import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  BedrockRuntimeServiceException,
  ConverseCommand,
  type ConverseCommandInput,
  type ConverseCommandOutput,
} from "@aws-sdk/client-bedrock-runtime";
import type { Usage } from "@bellwether/core/records/invocation";
import { QUIET } from "./clients.ts";

/** What the judge call may end as; assignable to `ConverseResult` of packages/evaluators. */
export type ConverseOutcome =
  | { readonly kind: "answered"; readonly response: unknown; readonly usage: Usage }
  | {
      readonly kind: "unavailable";
      readonly reason: "throttled" | "timeout" | "model_error" | "access_denied";
      /** What the service or the SDK said. */
      readonly detail: string;
    }
  | { readonly kind: "refused"; readonly reason: "invalid_request"; readonly detail: string };

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

/** What Converse is asked. */
export type ConverseRequest = ConverseCommandInput;
type Converse = (request: ConverseRequest) => Promise<ConverseOutcome>;

/** Converse at an endpoint and with credentials of one's own; what is left out comes from the standard environment. */
export function openConverse(config: BedrockRuntimeClientConfig = {}): {
  readonly converse: Converse;
  readonly close: () => void;
} {
  // The queue is the retry: waiting inside a Lambda is what costs.
  const client = new BedrockRuntimeClient({ ...QUIET, maxAttempts: 1, ...config });
  return {
    converse: async (request) => {
      try {
        return answered(await client.send(new ConverseCommand(request)));
      } catch (error) {
        return failureOf(error);
      }
    },
    close: () => client.destroy(),
  };
}

let shared: Converse | undefined;

/** Calls Converse once; throttling and outages are answers, not exceptions. */
export function converse(request: ConverseCommandInput): Promise<ConverseOutcome> {
  shared ??= openConverse().converse;
  return shared(request);
}

function answered(response: ConverseCommandOutput): ConverseOutcome {
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
}

function failureOf(error: unknown): ConverseOutcome {
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (!(error instanceof BedrockRuntimeServiceException))
    return { kind: "unavailable", reason: "model_error", detail };
  const reason = UNAVAILABLE[error.name];
  if (reason !== undefined) return { kind: "unavailable", reason, detail };
  return (error.$metadata.httpStatusCode ?? 500) >= 500
    ? { kind: "unavailable", reason: "model_error", detail }
    : { kind: "refused", reason: "invalid_request", detail };
}
