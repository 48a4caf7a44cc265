import type { Parsed, Rejection } from "./rejection.ts";

/** Deepest JSON nesting that is read, levels. Bedrock bodies stay below 20; tool schemas below 50. */
const MAX_DEPTH = 200;

/** Decodes one line of a log object to its JSON values: normally one object, also one array of them or several objects glued without a newline. Rejects with `too_deep`, `not_json` or `not_object`. */
export function decodeLine(text: string): Parsed<unknown[]> {
  const decoded = decodeJson(text);
  if (!decoded.ok) {
    const glued = decoded.rejection.reason === "not_json" ? decodeGlued(text) : undefined;
    return glued === undefined ? decoded : { ok: true, value: glued };
  }
  const json = decoded.value;
  if (Array.isArray(json)) {
    return json.length === 0 ? rejected("not_object", "an empty array") : { ok: true, value: json };
  }
  return typeof json === "object" && json !== null
    ? { ok: true, value: [json] }
    : rejected("not_object", `a JSON ${json === null ? "null" : typeof json}`);
}

/** Decodes one JSON text of any kind, such as an offloaded body. Rejects with `too_deep` or `not_json`; the detail quotes nothing of the text. */
export function decodeJson(text: string): Parsed<unknown> {
  const json = text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
  if (isTooDeep(json)) return rejected("too_deep", `nested deeper than ${MAX_DEPTH} levels`);
  const value = parseJson(json);
  return value === undefined
    ? rejected("not_json", `${text.length} characters that are not JSON`)
    : { ok: true, value };
}

/** Whether JSON text is nested deeper than 200 levels; linear in the text, and cheap when it has few brackets. */
export function isTooDeep(text: string): boolean {
  if (countUpTo(text, "{", MAX_DEPTH + 1) + countUpTo(text, "[", MAX_DEPTH + 1) <= MAX_DEPTH) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
  }
  return false;
}

const BYTE_ORDER_MARK = 0xfeff;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

function rejected(reason: Rejection["reason"], detail: string): Parsed<never> {
  return { ok: false, rejection: { reason, detail } };
}

/** Undefined stands for "not JSON": JSON itself has no such value. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Counts a bracket with the native search, which is many times faster than looking at every character. */
function countUpTo(text: string, bracket: string, limit: number): number {
  let count = 0;
  for (let at = text.indexOf(bracket); at !== -1 && count < limit; at = text.indexOf(bracket, at + 1))
    count++;
  return count;
}

/** Index of the quote that closes the string opened at `open`, or the end of the text. */
function endOfString(text: string, open: number): number {
  for (let close = text.indexOf('"', open + 1); close !== -1; close = text.indexOf('"', close + 1)) {
    let escapes = 0;
    while (text.charCodeAt(close - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return close;
  }
  return text.length;
}

/** The objects of `{…}{…}`, or undefined when the text is anything else. */
function decodeGlued(line: string): unknown[] | undefined {
  const text = line.charCodeAt(0) === BYTE_ORDER_MARK ? line.slice(1) : line;
  const values: unknown[] = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_BRACE) depth++;
    else if (code === CLOSE_BRACE && --depth === 0) {
      const value = parseJson(text.slice(start, at + 1));
      if (value === undefined) return undefined;
      values.push(value);
      start = at + 1;
    }
  }
  return values.length > 1 && text.slice(start).trim() === "" ? values : undefined;
}
