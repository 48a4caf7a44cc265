import { hash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Item = Record<string, AttributeValue>;

export const S = (value: string): AttributeValue => ({ S: value });
/** DynamoDB's limit of a sort key, bytes; a partition key may have twice as many. */
const KEY_LIMIT_BYTES = 1_024;

/** Parts as one ASCII key, `|` between them; what would be too long for a key ends in a hash instead. */
export function joinKey(...parts: readonly string[]): string {
  // encodeURIComponent throws for a lone surrogate, which a log line may well contain.
  const key = parts.map((part) => encodeURIComponent(part.toWellFormed())).join("|");
  return key.length <= KEY_LIMIT_BYTES ? key : `${key.slice(0, 960)}~${hash("sha1", key, "hex")}`;
}

export const N = (value: number): AttributeValue => ({ N: String(value) });
export const JSON_S = (value: unknown): AttributeValue => ({ S: JSON.stringify(value) });

export const readS = (item: Item, name: string): string | undefined => item[name]?.S;

export function readN(item: Item, name: string): number | undefined {
  const text = item[name]?.N;
  return text === undefined ? undefined : Number(text);
}

/** Parses a JSON attribute that this code base wrote itself. */
export function readJson<T>(item: Item, name: string): T | undefined {
  const text = item[name]?.S;
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

/** JSON, deflated: profiles are long lists of small numbers. */
export const JSON_B = (value: unknown): AttributeValue => ({ B: deflateRawSync(JSON.stringify(value)) });

/** Parses a deflated JSON attribute that this code base wrote itself. */
export function readJsonB<T>(item: Item, name: string): T | undefined {
  const bytes = item[name]?.B;
  return bytes === undefined ? undefined : (JSON.parse(inflateRawSync(bytes).toString()) as T);
}

/** Seconds since the epoch at which an item written now may disappear. */
export const expiry = (now: number, days: number): AttributeValue =>
  N(Math.floor(now / 1_000) + days * 86_400);
