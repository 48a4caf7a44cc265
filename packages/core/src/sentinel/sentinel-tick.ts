import type { EDetector } from "@bellwether/stats/shiryaev-roberts";
import type { LakeRow, LakeTable } from "../lake/tables.ts";
import type { Gauge } from "../metrics.ts";
import type { Notice } from "../notices/notice.ts";
import { type GoldenCase, readGoldenSet } from "./golden-set.ts";
import { JUDGE_MOVED_KEY, judgeMovedDocument } from "./judge-moved.ts";
import { freshWatch, type Scores, shiftOf, watchShift } from "./shift.ts";

/** What the sentinel remembers. */
export interface SentinelState {
  readonly seq: number;
  /** Key of the golden set in the lake bucket; another one starts anew. */
  readonly dataset: string;
  /** Judge of the last look, and the UTC day it was made, ms. */
  readonly judge: string;
  readonly day: number;
  /** Scores of the first look; they count until the golden set changes. */
  readonly reference: Scores;
  readonly referenceJudge: string;
  readonly watch: EDetector;
  /** Since when the judge is off its reference, ms, and by how much; null while it is not. */
  readonly moved: { readonly since: number; readonly shift: number } | null;
}

/** Verdict on one case with its spend; `quality` is null when the judge gave none. */
export interface JudgedCase {
  readonly quality: number | null;
  /** 1e-12 USD; null when the judge is unpriced. */
  readonly picoUsd: number | null;
}

export interface SentinelDeps {
  readonly getSentinel: () => Promise<SentinelState | undefined>;
  /** Stores a state while the stored `seq` is one less; false when somebody else was faster. */
  readonly saveSentinel: (state: SentinelState) => Promise<boolean>;
  readonly readDocument: (key: string) => Promise<string | undefined>;
  readonly writeDocument: (key: string, text: string, contentType: string) => Promise<void>;
  readonly judgeCase: (item: GoldenCase) => Promise<JudgedCase>;
  readonly writeLake: (table: LakeTable, part: string, rows: readonly LakeRow[]) => Promise<void>;
  readonly notify: (notice: Notice) => Promise<void>;
}

export interface SentinelStage {
  /** Undefined: nothing is watched. */
  readonly dataset: string | undefined;
  /** Model and version of the judge that scores now. */
  readonly judge: string;
  readonly partName: (...identity: string[]) => string;
}

export type SentinelTick =
  | { readonly kind: "idle" }
  /** Too few cases had a score; tried again at the next tick. */
  | { readonly kind: "incomplete"; readonly scored: number; readonly cases: number }
  | { readonly kind: "pinned" | "looked"; readonly gauges: readonly Gauge[] };

const DAY_MS = 86_400_000;
/** Share of cases that must have a score before anything is concluded. */
const ENOUGH = 0.8;
/** Calls of the judge at the same time. */
const CONCURRENCY = 8;

async function judgeAll(items: readonly GoldenCase[], deps: SentinelDeps): Promise<JudgedCase[]> {
  const judged: JudgedCase[] = [];
  for (let from = 0; from < items.length; from += CONCURRENCY)
    judged.push(...(await Promise.all(items.slice(from, from + CONCURRENCY).map(deps.judgeCase))));
  return judged;
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;

function noticeOf(state: SentinelState, shift: number, now: number): Notice {
  const open = state.moved !== null;
  const since = new Date(state.moved?.since ?? now).toISOString().slice(0, 10);
  return {
    type: "drift",
    app: "bellwether-judge",
    generation: null,
    incident: { key: `judge/${state.dataset}`, state: open ? "open" : "closed" },
    at: now,
    dedupeKey: `judge/${state.dataset}/${state.seq}`,
    severity: open ? "high" : "info",
    title: open
      ? `The judge moved: ${signed(shift)} on the golden set`
      : "The judge is back at its reference on the golden set",
    lines: [
      `judge ${state.judge} against ${state.referenceJudge} on ${Object.keys(state.reference).length} frozen answers`,
      open
        ? `since ${since} every quality reads ${signed(shift)} too high or low by itself: what moved by as much did not move`
        : "qualities can be compared with those before the incident again",
    ],
    evidence: null,
    next: ['bellwether query "select * from sentinel order by at"', "bellwether review agreement"],
  };
}

/**
 * Re-judges the frozen golden set once a UTC day and whenever the judge is another one; the first look pins the
 * reference. Safe to repeat: a day's look is stored once.
 */
export async function sentinelTick(
  now: number,
  { dataset, judge, partName }: SentinelStage,
  deps: SentinelDeps,
): Promise<SentinelTick> {
  if (dataset === undefined) return { kind: "idle" };
  const stored = await deps.getSentinel();
  const known = stored?.dataset === dataset ? stored : undefined;
  const day = Math.floor(now / DAY_MS) * DAY_MS;
  if (known?.judge === judge && known.day === day) return { kind: "idle" };
  const text = await deps.readDocument(dataset);
  if (text === undefined) throw new Error(`there is no golden set at ${dataset}`);
  const items = readGoldenSet(text);
  const judged = await judgeAll(items, deps);
  const present: Record<string, number> = {};
  for (const [i, { quality }] of judged.entries()) {
    const id = items[i]?.id;
    if (quality !== null && id !== undefined) present[id] = quality;
  }
  const scored = Object.keys(present).length;
  if (scored < 2 || scored < ENOUGH * items.length)
    return { kind: "incomplete", scored, cases: items.length };
  const seq = (stored?.seq ?? 0) + 1;
  const reference = known?.reference ?? present;
  const shift = shiftOf(reference, present);
  if (shift === undefined) return { kind: "incomplete", scored, cases: items.length };
  const changed = known !== undefined && known.judge !== judge;
  const { watch, logE, moved } = watchShift(known?.watch ?? freshWatch(), shift, changed);
  const wasMoved = known?.moved ?? null;
  // An open incident ends when nothing speaks for a shift any more; then the watch starts anew.
  const over = wasMoved !== null && Math.abs(shift.z) < 1;
  const state: SentinelState = {
    seq,
    dataset,
    judge,
    day,
    reference,
    referenceJudge: known?.referenceJudge ?? judge,
    watch: over ? freshWatch() : watch,
    moved: over
      ? null
      : wasMoved !== null
        ? { ...wasMoved, shift: shift.mean }
        : moved
          ? { since: day, shift: shift.mean }
          : null,
  };
  const spent = judged.reduce<number | null>(
    (sum, { picoUsd }) => (sum === null || picoUsd === null ? null : sum + picoUsd),
    0,
  );
  await deps.writeLake("sentinel_log", partName("sentinel", dataset, judge, String(day)), [
    {
      dataset,
      judge,
      at: new Date(day).toISOString(),
      cases: items.length,
      scored,
      shift: shift.mean,
      z: shift.z,
      log_e: logE,
      status: state.moved === null ? "steady" : "moved",
      cost_pico_usd: spent,
      rev: seq,
    },
  ]);
  await deps.writeDocument(JUDGE_MOVED_KEY, judgeMovedDocument(state.moved), "application/json");
  if ((wasMoved === null) !== (state.moved === null)) await deps.notify(noticeOf(state, shift.mean, now));
  await deps.saveSentinel(state);
  const gauges: Gauge[] = [{ metric: "JudgeDrift", dimensions: {}, value: shift.mean }];
  return { kind: known === undefined ? "pinned" : "looked", gauges };
}
