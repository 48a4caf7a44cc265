import { dayOf } from "./day.ts";
import type { CategoryPoint, ScalarPoint } from "./detect/points.ts";

/** Observations below which a bucket is merged with the next of its day. */
const LEAST = 5;

/** Merges points of too few observations with the ones that follow in their day; what is left at the end of a day is dropped. */
function merged<P extends { readonly at: number }>(
  points: readonly P[],
  size: (point: P) => number,
  join: (a: P, b: P) => P,
): P[] {
  const out: P[] = [];
  let open: P | undefined;
  for (const point of points) {
    const before: P | undefined = open !== undefined && dayOf(open.at) === dayOf(point.at) ? open : undefined;
    const joined: P = before === undefined ? point : join(before, point);
    open = undefined;
    if (size(joined) >= LEAST) out.push(joined);
    else open = joined;
  }
  return out;
}

/** The later point takes over what the earlier one lacked; it stands where the later one stands. */
export const mergeThinScalars = (points: readonly ScalarPoint[]): ScalarPoint[] =>
  merged(
    points,
    ({ n }) => n,
    (a, b) => {
      const n = a.n + b.n;
      return {
        at: b.at,
        n,
        mean: (a.n * a.mean + b.n * b.mean) / n,
        variance: (a.n * a.n * a.variance + b.n * b.n * b.variance) / (n * n),
      };
    },
  );

const total = ({ counts }: CategoryPoint): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

export const mergeThinCategories = (points: readonly CategoryPoint[]): CategoryPoint[] =>
  merged(points, total, (a, b) => {
    const counts: Record<string, number> = { ...a.counts };
    for (const [name, count] of Object.entries(b.counts)) counts[name] = (counts[name] ?? 0) + count;
    return { at: b.at, counts };
  });
