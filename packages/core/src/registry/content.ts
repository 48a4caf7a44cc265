import { hash } from "node:crypto";

/** Largest content kept in the registry itself, bytes of UTF-8; larger content stays where it is and is named by its URI. */
export const INLINE_BYTES = 64 * 1_024;

/** Text as it is hashed and kept: LF line ends and no byte order mark, so that a checkout on Windows is the same version. */
export function canonicalText(text: string): string {
  return text.replace(/^\ufeff/, "").replaceAll(/\r\n?/g, "\n");
}

/** Bytes of a text in UTF-8. */
export const byteLength = (text: string): number => Buffer.byteLength(text, "utf8");

/** sha256 of a canonical text in UTF-8, hex; what `sha256sum` prints for the file. */
export const contentHash = (canonical: string): string => hash("sha256", canonical, "hex");

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** JSON with sorted keys: equal values have equal texts. */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value), null, 2);

/** Content of a model version that has no file: the model and how it is called. */
export function modelContent(modelId: string, parameters: Readonly<Record<string, unknown>>): string {
  return `${canonicalJson({ modelId, parameters })}\n`;
}
