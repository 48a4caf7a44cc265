import { setTimeout } from "node:timers/promises";

/** How long and how often one message is tried. */
export interface PostOptions {
  /** Of one try, ms. */
  readonly timeoutMs: number;
  /** Waits between tries, ms; one more try than waits. */
  readonly backoffMs: readonly number[];
  readonly wait: (ms: number) => Promise<unknown>;
}

/** A webhook did not take a message; the reason never holds the URL, which is a secret. */
export class WebhookError extends Error {
  override readonly name = "WebhookError";
}

type Try =
  | { readonly kind: "accepted" }
  /** `afterMs` is what the server asked for, 0 when it said nothing. */
  | { readonly kind: "again"; readonly reason: string; readonly afterMs: number }
  | { readonly kind: "refused"; readonly reason: string };

const REASON_LENGTH = 200;

/** Milliseconds of a Retry-After header in seconds; the other form, a date, is not used by the services we post to. */
const retryAfterMs = (header: string | null): number =>
  header !== null && /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : 0;

function networkReason(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return "no answer";
  if (error.name === "TimeoutError") return `no answer within ${timeoutMs} ms`;
  // fetch says only "fetch failed"; the code of the cause names no URL.
  const cause: unknown = error.cause;
  return typeof cause === "object" && cause !== null && "code" in cause
    ? `no answer (${String(cause.code)})`
    : "no answer";
}

async function tryOnce(url: string, body: string, timeoutMs: number): Promise<Try> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      // A redirect would carry the message to somebody else.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const said = (await response.text()).slice(0, REASON_LENGTH).trim();
    if (response.ok) return { kind: "accepted" };
    const reason = `HTTP ${response.status}${said === "" ? "" : `: ${said}`}`;
    return response.status === 429 || response.status >= 500
      ? { kind: "again", reason, afterMs: retryAfterMs(response.headers.get("retry-after")) }
      : { kind: "refused", reason };
  } catch (error) {
    return { kind: "again", reason: networkReason(error, timeoutMs), afterMs: 0 };
  }
}

/**
 * Posts JSON until a 2xx answer; tries again after 429, 5xx, a timeout or a network error. Throws WebhookError when the
 * last try failed, at any other status, and when the server asks for a longer wait than the next one.
 */
export async function postJson(url: string, message: unknown, options: PostOptions): Promise<void> {
  if (!URL.canParse(url)) throw new WebhookError("the address is no URL");
  const body = JSON.stringify(message);
  for (const waitMs of [...options.backoffMs, undefined]) {
    const answer = await tryOnce(url, body, options.timeoutMs);
    if (answer.kind === "accepted") return;
    if (answer.kind === "refused") throw new WebhookError(`refused: ${answer.reason}`);
    // A longer wait is left to the queue: waiting inside a function is what costs.
    if (waitMs === undefined || answer.afterMs > waitMs) throw new WebhookError(answer.reason);
    await options.wait(waitMs);
  }
}

/** Three tries within the ten seconds that a function of 30 seconds can spare. */
export const POST_OPTIONS: PostOptions = {
  timeoutMs: 3_000,
  backoffMs: [500, 1_500],
  wait: (ms) => setTimeout(ms),
};
