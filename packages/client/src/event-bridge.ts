import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Entry, Fate } from "./events.ts";
import { messageOf, type Report } from "./problems.ts";
import { withDeadline } from "./timing.ts";

/** Longest wait for one call, ms, the SDK's retries included. */
const SEND_MS = 5_000;
/** Error codes of single entries that a later call may not meet (PutEventsResultEntry). */
const TRANSIENT: ReadonlySet<string> = new Set([
  "InternalFailure",
  "InternalException",
  "ThrottlingException",
]);

/** The bus answered, and would answer the same again: a 4xx that is neither a timeout nor a throttle. */
function isFinal(error: unknown): boolean {
  const { $metadata, $retryable, name } = error as {
    $metadata?: { httpStatusCode?: number };
    $retryable?: unknown;
    name?: string;
  };
  const status = $metadata?.httpStatusCode ?? 0;
  if (status < 400 || status >= 500 || status === 408 || status === 429) return false;
  return $retryable === undefined && !/Throttl|ExpiredToken/.test(name ?? "");
}

/** Puts up to ten entries on the bus in one call, as source `bellwether.app`; never rejects. */
export async function putEntries(
  client: () => Pick<EventBridgeClient, "send">,
  busName: string,
  entries: readonly Entry[],
  report: Report,
): Promise<readonly Fate[]> {
  const command = new PutEventsCommand({
    Entries: entries.map(({ detailType, detail, at }) => ({
      EventBusName: busName,
      Source: "bellwether.app",
      DetailType: detailType,
      Detail: detail,
      Time: new Date(at),
    })),
  });
  try {
    const answer = await withDeadline(SEND_MS, (abortSignal) => client().send(command, { abortSignal }));
    return entries.map((_, n) => {
      const { ErrorCode, ErrorMessage } = answer.Entries?.[n] ?? {};
      if (ErrorCode === undefined) return "sent";
      if (TRANSIENT.has(ErrorCode)) {
        report("send_failed", ErrorCode);
        return "again";
      }
      report("event_refused", `${ErrorCode}: ${ErrorMessage ?? ""}`);
      return "refused";
    });
  } catch (error) {
    const fate = isFinal(error) ? "refused" : "again";
    if (fate === "refused") report("event_refused", messageOf(error), entries.length);
    else report("send_failed", messageOf(error));
    return entries.map(() => fate);
  }
}
