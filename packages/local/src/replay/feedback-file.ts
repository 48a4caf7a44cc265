import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { parseTimestamp } from "@bellwether/core/records/timestamp";

/** One line of a feedback file, ready for the bus. */
export interface PlannedEvent {
  readonly detailType: "feedback" | "interaction";
  readonly detail: unknown;
  /** Delivery time, ms: its own `at`, else that of the event before it. */
  readonly at: number;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** EventBridge takes objects only; anything else travels in one, and the product keeps it aside with a reason. */
function detailOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const json = JSON.parse(line) as unknown;
    if (isObject(json)) return json;
  } catch {
    // Told apart from good lines below, as JSON that is no object is.
  }
  return { unreadable: line.slice(0, 4_096) };
}

/** Reads feedback and interaction details, a JSON object a line, in delivery order; times outside [from, until] are clamped. */
export async function planFeedback(file: string, from: number, until: number): Promise<PlannedEvent[]> {
  const events: PlannedEvent[] = [];
  let last = from;
  for await (const line of createInterface({
    input: createReadStream(file, "utf8"),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    if (line.trim() === "") continue;
    const detail = detailOf(line);
    const stated = typeof detail.at === "string" ? parseTimestamp(detail.at) : undefined;
    last = Math.min(until, Math.max(from, stated ?? last));
    const interaction = Array.isArray(detail.contexts) && detail.feedbackId === undefined;
    events.push({ detailType: interaction ? "interaction" : "feedback", detail, at: last });
  }
  return events.sort((a, b) => a.at - b.at);
}
