import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Item = Record<string, AttributeValue>;

export const S = (value: string): AttributeValue => ({ S: value });
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

/** Seconds since the epoch at which an item written now may disappear. */
export const expiry = (now: number, days: number): AttributeValue =>
  N(Math.floor(now / 1_000) + days * 86_400);
