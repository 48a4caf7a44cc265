import type { Notice } from "./notice.ts";

/** Ways to reach people. */
export type ChannelName = "sns" | "ops_items" | "slack" | "pager_duty";

export interface Channel {
  readonly name: ChannelName;
  /** Rejects when people were not reached; `not_addressed` when the notice is none of this channel's business. */
  readonly send: (notice: Notice) => Promise<"sent" | "not_addressed">;
}

/** Memory of what was sent. */
export interface Marks {
  readonly sentTo: (dedupeKey: string) => Promise<ReadonlySet<string>>;
  readonly markSent: (dedupeKey: string, channel: ChannelName, now: number) => Promise<void>;
}

/** What became of a notice in one channel. */
export type Delivery = { readonly channel: ChannelName } & (
  | { readonly outcome: "sent" | "sent_before" | "not_addressed" }
  | { readonly outcome: "failed"; readonly reason: string }
);

async function sendOnce(
  notice: Notice,
  { name, send }: Channel,
  done: ReadonlySet<string>,
  marks: Marks,
): Promise<Delivery> {
  if (done.has(name)) return { channel: name, outcome: "sent_before" };
  try {
    const outcome = await send(notice);
    // Marked after sending: a crash in between pages twice, which is better than not at all.
    if (outcome === "sent") await marks.markSent(notice.dedupeKey, name, notice.at);
    return { channel: name, outcome };
  } catch (error) {
    return {
      channel: name,
      outcome: "failed",
      reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    };
  }
}

/**
 * Sends a notice to every channel that does not have it yet: the first alone, the others then together. A channel that
 * fails stops no other; rejects only when it is unknown what was sent.
 */
export async function deliver(
  notice: Notice,
  channels: readonly Channel[],
  marks: Marks,
): Promise<Delivery[]> {
  const done = await marks.sentTo(notice.dedupeKey);
  const [first, ...others] = channels;
  if (first === undefined) return [];
  const head = await sendOnce(notice, first, done, marks);
  return [head, ...(await Promise.all(others.map((channel) => sendOnce(notice, channel, done, marks))))];
}
