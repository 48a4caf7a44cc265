/** What AWS said to a question; neither "not allowed to look" nor "could not look" is an answer about the thing itself. */
export type Answer<T> =
  | { readonly kind: "known"; readonly value: T }
  | { readonly kind: "denied"; readonly permission: string }
  | { readonly kind: "failed"; readonly reason: string };

export const known = <T>(value: T): Answer<T> => ({ kind: "known", value });

/** Errors about who asks, which no permission would mend. */
const BAD_CREDENTIALS =
  /^(ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|CredentialsProvider)/;
const THROTTLED = /Throttl|TooManyRequests|SlowDown|RequestLimitExceeded/;
const DENIED = /AccessDenied|NotAuthorized|AuthorizationError|Unauthorized|^Forbidden$/;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "");

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

/** The answer that an error of an SDK client stands for; `permission` is the IAM action that the call needs. */
export function answerOf(error: unknown, permission: string): Answer<never> {
  const name = nameOf(error);
  const [said = ""] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
  if (BAD_CREDENTIALS.test(name)) return { kind: "failed", reason: `credentials: ${name}: ${said}` };
  if (THROTTLED.test(name)) return { kind: "failed", reason: `throttled (${name}); run it again` };
  if (DENIED.test(name) || statusOf(error) === 403) return { kind: "denied", permission };
  return { kind: "failed", reason: `${name}: ${said}` };
}

/** Asks AWS; never rejects. */
export async function ask<T>(permission: string, question: () => Promise<T>): Promise<Answer<T>> {
  try {
    return known(await question());
  } catch (error) {
    return answerOf(error, permission);
  }
}

/** Asks about something that may not exist: errors named in `absent` mean that it does not. */
export const askForOptional = <T>(
  permission: string,
  absent: readonly string[],
  question: () => Promise<T>,
): Promise<Answer<T | undefined>> =>
  ask<T | undefined>(permission, async () => {
    try {
      return await question();
    } catch (error) {
      if (absent.includes(nameOf(error))) return undefined;
      throw error;
    }
  });

/** One line about why there is no answer. */
export const whyNot = (answer: Exclude<Answer<unknown>, { readonly kind: "known" }>): string =>
  answer.kind === "denied" ? `needs the permission ${answer.permission}` : answer.reason;
