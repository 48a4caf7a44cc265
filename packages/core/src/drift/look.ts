import { normalQuantile } from "@bellwether/stats/normal";
import { permanentRandomNumber } from "../sampling/unit.ts";
import type { DriftBaseline } from "./baseline.ts";
import { type DriftDay, pointsOf } from "./day.ts";
import { type CategoryLook, lookCategories } from "./detect/categorical.ts";
import { lookEmbedding, SCALES } from "./detect/embedding.ts";
import type { EmbeddingPoint } from "./detect/points.ts";
import { type Look, lookScalar } from "./detect/scalar.ts";
import { keyOf, SERIES } from "./series.ts";
import { mergeThinCategories, mergeThinScalars } from "./thin.ts";
import { withinTopics } from "./topic-residual.ts";

/** What one series says of one bucket. */
export interface SeriesLook {
  /** One per scale; a scale that is not due has none. */
  readonly looks: readonly (Look | undefined)[];
  /** Reading in the series' own scale; null for a mix. */
  readonly value: number | null;
  readonly n: number;
  /** N(0, 1) score of the bucket by itself, null when its shortest window cannot be read; positive where it is worse, or another mix, than usual. */
  readonly score: number | null;
  readonly contributions?: CategoryLook["contributions"];
}

const unit = (app: string, key: string, at: number, scale: number): number =>
  permanentRandomNumber("drift", `${app}|${key}|${at}|${scale}`);

const at = <P extends { readonly at: number }>(points: readonly P[], bucket: number): P | undefined =>
  points.find((point) => point.at === bucket);

/** The score that a conformal p-value stands for. */
const scoreOf = ({ p }: Look): number => normalQuantile(1 - p);

/** Buckets that the longest scale of an embedding reaches back. */
const LONGEST = Math.max(...SCALES);

/**
 * What a series says of the bucket at `bucket`, given the days around it; undefined while it is learning or when the
 * bucket has nothing to read. The same inputs give the same look: ties are broken by a hash of app, series and bucket.
 */
export function lookAt(
  app: string,
  key: string,
  bucket: number,
  days: readonly DriftDay[],
  baseline: DriftBaseline,
  levels: readonly number[] = [],
): SeriesLook | undefined {
  const { type } = SERIES[keyOf(key).series];
  const u = unit(app, key, bucket, 1);
  if (type === "categorical") {
    const fitted = baseline.categories[key];
    const point = at(mergeThinCategories(pointsOf(days, (day) => day.categories, key)), bucket);
    if (fitted?.status !== "ready" || point === undefined) return undefined;
    const look = lookCategories(fitted.baseline, point, u, levels);
    if (look === undefined) return undefined;
    const n = Object.values(point.counts).reduce((sum, count) => sum + count, 0);
    const { contributions } = look;
    return { looks: [look], value: null, n, score: scoreOf(look), contributions };
  }
  if (type === "embedding") {
    const fitted = baseline.embeddings[key];
    if (fitted?.status !== "ready") return undefined;
    const from = bucket - (LONGEST - 1) * fitted.baseline.bucketMs;
    const points = pointsOf(days, (day) => day.embeddings, key).filter((p) => p.at >= from && p.at <= bucket);
    const here: EmbeddingPoint = at(points, bucket) ?? { at: bucket, n: 0, sums: [] };
    const recent = [...points.filter((point) => point.at < bucket), here];
    const us = SCALES.map((scale) => unit(app, key, bucket, scale));
    const looks = lookEmbedding(fitted.baseline, recent, us, levels);
    const [shortest] = looks;
    if (looks.every((look) => look === undefined)) return undefined;
    const score = shortest === undefined ? null : scoreOf(shortest);
    return { looks, value: null, n: here.n, score };
  }
  const fitted = baseline.scalars[key];
  if (fitted?.status !== "ready") return undefined;
  const raw =
    type === "topics"
      ? pointsOf(days, (day) => day.topics, key).flatMap(
          (point) => withinTopics(point, baseline.topicMeans[key] ?? {}) ?? [],
        )
      : pointsOf(days, (day) => day.scalars, key);
  const point = at(mergeThinScalars(raw), bucket);
  const look = point && lookScalar(fitted.baseline, point, u, levels);
  if (point === undefined || look === undefined) return undefined;
  const { worse } = SERIES[keyOf(key).series];
  // The detector looks for a rise of what is worse.
  const sign = worse === "down" ? -1 : 1;
  return {
    looks: [{ ...look, x: sign * look.x }],
    value: point.mean,
    n: point.n,
    score: sign * scoreOf(look),
  };
}
