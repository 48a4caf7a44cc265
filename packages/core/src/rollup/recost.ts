import type { LakeRow } from "../lake/tables.ts";
import { NONE, OTHER, SEGMENT_COLUMNS, SEGMENT_KEYS } from "../windows/items.ts";

const keyOf = (row: LakeRow, rest?: typeof OTHER): string =>
  JSON.stringify([
    row.app ?? NONE,
    ...SEGMENT_KEYS.map((key) =>
      rest !== undefined && key !== "variant" ? rest : (row[SEGMENT_COLUMNS[key]] ?? NONE),
    ),
  ]);

/**
 * The `rollups_log` rows of one hour whose cost is not what the hour's requests cost (`cost_pico_usd` by segment, 1e-12
 * USD), at their next revision. Sums are set, not added to, so doing it twice is doing it once.
 */
export function recostRollups(rollups: readonly LakeRow[], spent: readonly LakeRow[]): LakeRow[] {
  const segments = new Set(rollups.map((row) => keyOf(row)));
  const costs = new Map<string, number>();
  for (const row of spent) {
    // A segment without a row of its own was counted with the others of its variant.
    const own = keyOf(row);
    const key = segments.has(own) ? own : keyOf(row, OTHER);
    costs.set(key, (costs.get(key) ?? 0) + Number(row.cost_pico_usd ?? 0));
  }
  return rollups.flatMap((row) => {
    const cost_pico_usd = costs.get(keyOf(row)) ?? 0;
    return row.cost_pico_usd === cost_pico_usd ? [] : [{ ...row, cost_pico_usd, rev: Number(row.rev) + 1 }];
  });
}
