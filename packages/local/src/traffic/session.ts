import { FEATURES, type Feature } from "./features.ts";
import { DOCUMENTS, type Document } from "./knowledge/documents.ts";
import type { Population } from "./population.ts";
import type { Random } from "./random.ts";

/** One conversation of a user with one feature of the app. */
export interface Session {
  readonly id: string;
  readonly user: string;
  readonly tenant: string;
  readonly feature: Feature;
  readonly document: Document;
  /** Which fact of the document the first turn asks for. */
  readonly firstFact: number;
  /** Instants of its turns, ms, whole seconds, ascending. */
  readonly turnsAt: readonly number[];
}

/** Draws a session that starts at `at`; how long its user talks is settled here, what is said is not. */
export function drawSession(random: Random, population: Population, at: number): Session {
  const feature = weighted(random, FEATURES, (one) => one.share);
  const length = 1 + feature.turns.indexOf(weighted(random, feature.turns, (share) => share));
  const turnsAt = [at];
  for (let turn = 1; turn < length; turn++) {
    turnsAt.push((turnsAt.at(-1) ?? at) + 1_000 * Math.round(Math.min(600, 8 + random.logNormal(35, 0.7))));
  }
  return {
    id: `s-${random.uuid().slice(0, 13)}`,
    ...population.drawUser(random),
    feature,
    document: random.pick(DOCUMENTS),
    firstFact: random.integer(0, 3),
    turnsAt,
  };
}

/** Picks an item with probability proportional to its weight. */
function weighted<T>(random: Random, items: readonly T[], weight: (item: T) => number): T {
  let left = random.next() * items.reduce((sum, item) => sum + weight(item), 0);
  const found = items.find((item) => {
    left -= weight(item);
    return left < 0;
  });
  return found ?? random.pick(items);
}
