import type { ItemOutcome, Side } from "@bellwether/core/gate/outcome";
import type { SuiteItem } from "@bellwether/core/gate/suite";
import type { Answer, AnswerSource } from "./answer-source.ts";
import type { Work } from "./work.ts";

/** Why a run ended before every item was done. */
export interface Stopped {
  readonly why: "interrupted" | "timeout" | "outage";
  /** One line. */
  readonly reason: string;
}

/** A run's way to stop, once. */
export interface Stop {
  readonly signal: AbortSignal;
  readonly stopped: () => Stopped | undefined;
  readonly stop: (stopped: Stopped) => void;
}

/** A fresh one. */
export function createStop(): Stop {
  const controller = new AbortController();
  let why: Stopped | undefined;
  return {
    signal: controller.signal,
    stopped: () => why,
    stop: (stopped) => {
      why ??= stopped;
      controller.abort();
    },
  };
}

interface SidesPlan {
  readonly items: readonly SuiteItem[];
  /** The new version first, then what it is compared with unless that is stored. */
  readonly sources: readonly AnswerSource[];
  readonly repeats: number;
  readonly concurrency: number;
}

/**
 * Answers and judges every item for every source, sides of an item one after the other so that both meet the judge at
 * the same time; an outage stops the run, and what was not reached says so. Returns the outcomes in order by source.
 */
export async function runSides(
  { items, sources, repeats, concurrency }: SidesPlan,
  work: Work,
  stop: Stop,
  onItem: (done: number) => void,
): Promise<ItemOutcome[][]> {
  const outcomes = sources.map(() => new Map<string, ItemOutcome>());
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined && !stop.signal.aborted; item = items[next++]) {
      for (const [side, source] of sources.entries()) {
        const outcome = await outcomeOf(item, source, repeats, work, stop);
        outcomes[side]?.set(item.id, outcome);
      }
      done += 1;
      onItem(done);
    }
  };
  const workers = Array.from({ length: Math.min(concurrency, items.length) }, worker);
  for (const one of workers) one.catch((error: Error) => stop.stop({ why: "outage", reason: error.message }));
  // What the others have under way is paid for: it is waited for and kept before the error is told.
  const failed = (await Promise.allSettled(workers)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  return outcomes.map((side) =>
    items.map((item) => side.get(item.id) ?? unanswered(item, `not reached: ${reasonOf(stop)}`)),
  );
}

const reasonOf = (stop: Stop): string => stop.stopped()?.reason ?? "stopped";

async function outcomeOf(
  item: SuiteItem,
  source: AnswerSource,
  repeats: number,
  work: Work,
  stop: Stop,
): Promise<ItemOutcome> {
  if (stop.signal.aborted) return unanswered(item, `not reached: ${reasonOf(stop)}`);
  const asked = await work.answer(source, item);
  if (asked.kind === "problem") return unanswered(item, asked.reason);
  if (asked.kind === "unavailable") {
    stop.stop({ why: "outage", reason: `no answers from ${source.label}: ${asked.reason}` });
    return unanswered(item, `not reached: ${reasonOf(stop)}`);
  }
  const outcome = answered(item, asked.answer);
  for (let draw = 0; draw < repeats; draw++) {
    if (stop.signal.aborted) return { ...outcome, problem: `not judged: ${reasonOf(stop)}` };
    const { looked, shared } = await work.look(item, asked.answer.text, draw);
    if (looked.kind === "unavailable") {
      stop.stop({ why: "outage", reason: `the judge is not available: ${looked.reason}` });
      return { ...outcome, problem: `not judged: ${reasonOf(stop)}` };
    }
    // A look that two sides share is paid for once.
    outcome.draws.push(shared ? { ...looked.draw, judgeUsd: 0 } : looked.draw);
  }
  return outcome;
}

const base = ({ id, tags, input }: SuiteItem) => ({ itemId: id, tags, question: input });

const unanswered = (item: SuiteItem, problem: string): ItemOutcome => ({
  ...base(item),
  answer: null,
  problem,
  modelId: null,
  promptVersion: null,
  costUsd: null,
  latencyMs: null,
  inputTokens: null,
  outputTokens: null,
  draws: [],
});

function answered(item: SuiteItem, { text, ...measured }: Answer): ItemOutcome {
  return { ...base(item), answer: text, ...measured, draws: [] };
}

/** The document of one side. */
export const sideOf = (
  label: string,
  suiteHash: string,
  judge: Side["judge"],
  items: readonly ItemOutcome[],
): Side => ({ kind: "bellwether gate outcomes", label, suiteHash, judge, items: [...items] });
