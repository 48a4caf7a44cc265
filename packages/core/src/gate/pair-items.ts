import { type ItemValue, itemValue } from "./item-value.ts";
import type { ItemOutcome, Side } from "./outcome.ts";
import type { Unscored } from "./report.ts";

/** The same item on both sides. */
export interface ItemPair {
  readonly head: ItemOutcome;
  readonly base: ItemOutcome;
}

/** The items that can be compared, in order of their ids, and those that cannot. */
export interface Paired {
  readonly pairs: readonly ItemPair[];
  readonly onlyHead: readonly string[];
  readonly onlyBase: readonly string[];
  readonly changedQuestion: readonly string[];
}

/** Values are taken in this order, so that the order of the files changes nothing. */
export const inOrder = (items: readonly ItemOutcome[]): ItemOutcome[] =>
  items.toSorted((a, b) => (a.itemId < b.itemId ? -1 : a.itemId > b.itemId ? 1 : 0));

/** Pairs the items of two sides by id; a question that changed makes another item of it. */
export function pairItems(head: Side, base: Side): Paired {
  const before = new Map(base.items.map((item) => [item.itemId, item]));
  const after = new Set(head.items.map(({ itemId }) => itemId));
  const pairs: ItemPair[] = [];
  const onlyHead: string[] = [];
  const changedQuestion: string[] = [];
  for (const item of inOrder(head.items)) {
    const other = before.get(item.itemId);
    if (other === undefined) onlyHead.push(item.itemId);
    else if (other.question !== item.question) changedQuestion.push(item.itemId);
    else pairs.push({ head: item, base: other });
  }
  const onlyBase = inOrder(base.items).flatMap(({ itemId }) => (after.has(itemId) ? [] : [itemId]));
  return { pairs, onlyHead, onlyBase, changedQuestion };
}

/** A metric on the pairs: both values where there are two. */
export interface MetricPairs {
  readonly values: readonly {
    readonly pair: ItemPair;
    readonly head: number;
    readonly base: number;
  }[];
  /** Every draw of every item is 0 or 1. */
  readonly passFail: boolean;
  /** Pairs to which the metric applies on at least one side. */
  readonly applicable: number;
  /** Pairs scored on base only, and on head only. */
  readonly lostScore: number;
  readonly gainedScore: number;
}

/** Reads a metric off the pairs. */
export function metricPairs(pairs: readonly ItemPair[], metric: string): MetricPairs {
  const values: { pair: ItemPair; head: number; base: number }[] = [];
  let [passFail, applicable, lostScore, gainedScore] = [true, 0, 0, 0];
  for (const pair of pairs) {
    const head = itemValue(pair.head, metric);
    const base = itemValue(pair.base, metric);
    if (applies(head) || applies(base)) applicable += 1;
    if (head.kind === "value" && base.kind === "value") {
      values.push({ pair, head: head.value, base: base.value });
      passFail &&= head.passFail && base.passFail;
    } else if (base.kind === "value") lostScore += 1;
    else if (head.kind === "value") gainedScore += 1;
  }
  return { values, passFail: passFail && values.length > 0, applicable, lostScore, gainedScore };
}

const applies = (value: ItemValue): boolean => value.kind === "value" || value.applies;

/** The items of a side without a value of the metric, by reason. */
export function unscoredOf(side: "head" | "base", items: readonly ItemOutcome[], metric: string): Unscored[] {
  const groups = new Map<string, { reason: string; applies: boolean; itemIds: string[] }>();
  for (const item of inOrder(items)) {
    const value = itemValue(item, metric);
    if (value.kind === "value") continue;
    const group = groups.get(value.reason) ?? { reason: value.reason, applies: value.applies, itemIds: [] };
    group.itemIds.push(item.itemId);
    groups.set(value.reason, group);
  }
  return [...groups.values()].map((group) => ({ side, ...group }));
}
