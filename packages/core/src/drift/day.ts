import { DAY_MS } from "./detect/cell.ts";
import type { CategoryPoint, EmbeddingPoint, ScalarPoint } from "./detect/points.ts";
import type { Point, TopicPoint } from "./measure-points.ts";
import type { Family } from "./series.ts";

/** Start of the bucket of a family that holds `at`. */
export const startOfBucket = ({ bucketMs }: Family, at: number): number =>
  Math.floor(at / bucketMs) * bucketMs;
/** Start of the UTC day that holds `at`. */
export const dayOf = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;

/** What every series read in the buckets of one UTC day, by `keyText`, each in time order; made of folds alone. */
export interface DriftDay {
  readonly scalars: Readonly<Record<string, readonly ScalarPoint[]>>;
  readonly categories: Readonly<Record<string, readonly CategoryPoint[]>>;
  readonly embeddings: Readonly<Record<string, readonly EmbeddingPoint[]>>;
  readonly topics: Readonly<Record<string, readonly TopicPoint[]>>;
}

export const emptyDay = (): DriftDay => ({ scalars: {}, categories: {}, embeddings: {}, topics: {} });

/** Points of one key over several days, in time order. */
export const pointsOf = <P>(
  days: readonly DriftDay[],
  read: (day: DriftDay) => Readonly<Record<string, readonly P[]>>,
  key: string,
): P[] => days.flatMap((day) => read(day)[key] ?? []);

const replaced = <P extends { readonly at: number }>(
  old: readonly P[],
  buckets: ReadonlySet<number>,
  fresh: readonly P[],
): readonly P[] => [...old.filter(({ at }) => !buckets.has(at)), ...fresh].sort((a, b) => a.at - b.at);

function replacedIn<P extends { readonly at: number }>(
  stored: Readonly<Record<string, readonly P[]>>,
  buckets: ReadonlySet<number>,
  fresh: readonly (readonly [key: string, point: P])[],
): Record<string, readonly P[]> {
  const byKey = Map.groupBy(fresh, ([key]) => key);
  const keys = new Set([...Object.keys(stored), ...byKey.keys()]);
  return Object.fromEntries(
    [...keys].sort().map((key) => {
      const points = (byKey.get(key) ?? []).map(([, point]) => point);
      return [key, replaced(stored[key] ?? [], buckets, points)];
    }),
  );
}

/** The day with everything that was known about `buckets` replaced by fresh points. */
export function withPoints(
  day: DriftDay,
  buckets: readonly number[],
  fresh: readonly { readonly key: string; readonly point: Point }[],
): DriftDay {
  const which = new Set(buckets);
  const scalars: [string, ScalarPoint][] = [];
  const categories: [string, CategoryPoint][] = [];
  const embeddings: [string, EmbeddingPoint][] = [];
  const topics: [string, TopicPoint][] = [];
  for (const { key, point } of fresh) {
    if (point.type === "scalar") scalars.push([key, point.point]);
    else if (point.type === "categorical") categories.push([key, point.point]);
    else if (point.type === "embedding") embeddings.push([key, point.point]);
    else topics.push([key, point.point]);
  }
  return {
    scalars: replacedIn(day.scalars, which, scalars),
    categories: replacedIn(day.categories, which, categories),
    embeddings: replacedIn(day.embeddings, which, embeddings),
    topics: replacedIn(day.topics, which, topics),
  };
}
