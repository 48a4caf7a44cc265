import { isTooDeep } from "./decode.ts";

/** Parses a tool input that arrived as JSON text (stream fragments, chat arguments); text that is not JSON stays a string, no text is an empty object. */
export function parseToolInput(text: string): unknown {
  if (text.trim() === "") return {};
  // The text was a string inside the record, so the depth limit of the line has not seen it.
  if (isTooDeep(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
