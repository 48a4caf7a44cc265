import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { QUIET } from "./clients.ts";

/** A rotated secret is used after at most this long. */
const TTL_MS = 300_000;
const TIMEOUT_MS = 5_000;

// Here and not in clients.ts: no other function should load this SDK.
let client: SecretsManagerClient | undefined;
const cache = new Map<string, { readonly text: string; readonly until: number }>();

/** A secret that cannot be used; the message names its ARN and the reason, never its value. */
export class SecretError extends Error {
  override readonly name = "SecretError";
}

async function fetchText(arn: string): Promise<string> {
  client ??= new SecretsManagerClient(QUIET);
  const signal = { abortSignal: AbortSignal.timeout(TIMEOUT_MS) };
  const { SecretString } = await client
    .send(new GetSecretValueCommand({ SecretId: arn }), signal)
    .catch((cause: unknown) => {
      const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      throw new SecretError(`secret ${arn} cannot be read: ${reason}`, { cause });
    });
  if (SecretString === undefined) throw new SecretError(`secret ${arn} holds no text`);
  return SecretString;
}

/** Key of a JSON object, as the console stores secrets, or the whole text when it is none. */
function valueIn(text: string, key: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null
      ? Object.entries(json).find(([k]) => k === key)?.[1]
      : text;
  } catch {
    return text;
  }
}

/** Reads `key` of a secret that is a JSON object, or all of one that is plain text; kept for five minutes. Throws SecretError. */
export async function readSecret(arn: string, key: string, now: number): Promise<string> {
  let kept = cache.get(arn);
  if (kept === undefined || now >= kept.until) {
    kept = { text: await fetchText(arn), until: now + TTL_MS };
    cache.set(arn, kept);
  }
  const value = valueIn(kept.text, key);
  if (typeof value !== "string" || value.trim() === "") {
    // The next try reads it again: somebody is about to correct it.
    cache.delete(arn);
    throw new SecretError(`secret ${arn} has no text under "${key}"`);
  }
  return value.trim();
}
