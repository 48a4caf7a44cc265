import { messageOf, type Report } from "./problems.ts";
import type { Every } from "./timing.ts";

export interface Entry {
  readonly detailType: "feedback" | "interaction";
  /** JSON. */
  readonly detail: string;
  /** When it was put, ms. */
  readonly at: number;
}

/** What became of an entry: delivered, worth another try, or refused for good. */
export type Fate = "sent" | "again" | "refused";

export interface EventQueue {
  /** Keeps one event for the next call; false when it never could be sent. Never throws, never waits. */
  put(detailType: Entry["detailType"], detail: unknown): boolean;
  /** Sends what waits, each entry at most once; how many still wait. Never rejects. */
  flush(): Promise<{ readonly waiting: number }>;
  stop(): void;
}

export interface EventQueueOptions {
  /** One PutEvents call; a fate per entry, in order; never rejects. */
  readonly send: (entries: readonly Entry[]) => Promise<readonly Fate[]>;
  readonly maxQueued: number;
  readonly now: () => number;
  readonly every: Every;
  readonly report: Report;
}

/** Entries per call, and bytes of all of them (EventBridge quotas; 256 KB is the limit that every Region accepts). */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024 - 1;
/** `Time`, source and the longest detail-type. */
const ENVELOPE_BYTES = 14 + "bellwether.app".length + "interaction".length;
const SEND_EVERY_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

const bytesOf = (entry: Entry): number => ENVELOPE_BYTES + Buffer.byteLength(entry.detail);

/** Events in memory on their way to the bus: sent when ten wait or a second has passed, the oldest dropped when too many do. */
export function createEventQueue({ send, maxQueued, now, every, report }: EventQueueOptions): EventQueue {
  const waiting: Entry[] = [];
  let running: Promise<void> | undefined;
  let pauseMs = 0;
  let pausedAt = 0;

  const dropExcess = (): void => {
    const excess = waiting.length - maxQueued;
    if (excess <= 0) return;
    waiting.splice(0, excess);
    report("event_dropped", `more than ${maxQueued} events wait`, excess);
  };

  const takeBatch = (most: number): Entry[] => {
    let bytes = 0;
    const full = waiting.findIndex((entry, n) => {
      bytes += bytesOf(entry);
      return n >= most || bytes > MAX_BYTES;
    });
    return waiting.splice(0, full < 0 ? waiting.length : full);
  };

  const sendAll = async (): Promise<void> => {
    // What comes meanwhile is for the next pass, or an app that never rests would never be done flushing.
    for (let left = waiting.length; left > 0 && waiting.length > 0; ) {
      const batch = takeBatch(Math.min(left, MAX_ENTRIES));
      left -= batch.length;
      const fates = await send(batch);
      const again = batch.filter((_, n) => fates[n] === "again");
      if (again.length > 0) {
        waiting.unshift(...again);
        dropExcess();
        pauseMs = Math.min(MAX_PAUSE_MS, Math.max(SEND_EVERY_MS, 2 * pauseMs));
        pausedAt = now();
        return;
      }
      pauseMs = 0;
    }
  };

  const drain = (): Promise<void> => {
    running ??= sendAll().finally(() => {
      running = undefined;
    });
    return running;
  };
  const sendIfDue = (): void => {
    if (waiting.length > 0 && Math.abs(now() - pausedAt) >= pauseMs) void drain();
  };

  const stop = every(sendIfDue, SEND_EVERY_MS);
  return {
    put: (detailType, detail) => {
      let entry: Entry;
      try {
        entry = { detailType, detail: JSON.stringify(detail), at: now() };
      } catch (error) {
        report("event_invalid", messageOf(error));
        return false;
      }
      if (bytesOf(entry) > MAX_BYTES) {
        report("event_too_large", `${detailType} of ${bytesOf(entry)} bytes`);
        return false;
      }
      waiting.push(entry);
      dropExcess();
      if (waiting.length >= MAX_ENTRIES) sendIfDue();
      return true;
    },
    flush: async () => {
      // The pass that runs may have taken its last batch before the newest event came.
      if (running !== undefined) await running;
      await drain();
      return { waiting: waiting.length };
    },
    stop,
  };
}
