import { type DriftDay, pointsOf } from "./day.ts";
import { type CategoryBaseline, fitCategories } from "./detect/categorical.ts";
import { type EmbeddingBaseline, fitEmbedding } from "./detect/embedding.ts";
import { type FitOptions, type Fitted, fitScalar, type ScalarBaseline, type Span } from "./detect/scalar.ts";
import { ALL, type Family, keyOf, keyText, SERIES, seriesOf } from "./series.ts";
import { mergeThinCategories, mergeThinScalars } from "./thin.ts";
import { topicMeans, withinTopics } from "./topic-residual.ts";

/** Trailing days that a baseline is made of. */
export const BASELINE_DAYS = 28;

/** What is normal for every series of an app during one UTC day; frozen, plain JSON. */
export interface DriftBaseline {
  readonly day: number;
  readonly scalars: Readonly<Record<string, Fitted<ScalarBaseline>>>;
  readonly categories: Readonly<Record<string, Fitted<CategoryBaseline>>>;
  readonly embeddings: Readonly<Record<string, Fitted<EmbeddingBaseline>>>;
  /** Mean quality by topic, by key. */
  readonly topicMeans: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What detectors learned about the past of a series. */
export interface Past {
  /** Incidents: what happened then is not normal. */
  readonly excluded: readonly Span[];
  /** Level shifts that became the new normal. */
  readonly shifts: readonly { readonly at: number; readonly by: number }[];
  /** Nothing before this instant counts: the mix changed for good, or a release. */
  readonly since: number;
}

export const NO_PAST: Past = { excluded: [], shifts: [], since: 0 };

export interface FitSettings {
  readonly family: Family;
  /** Days of data that a series needs before it can say anything. */
  readonly warmUpDaysOf: (key: string) => number;
  readonly pastOf: (key: string) => Past;
}

const LONG_AGO = Number.MIN_SAFE_INTEGER;

/** Fits every series on the days before `day`, which are given oldest first. */
export function fitBaseline(
  day: number,
  days: readonly DriftDay[],
  { family, warmUpDaysOf, pastOf }: FitSettings,
): DriftBaseline {
  const optionsOf = (key: string): FitOptions => {
    const { excluded, shifts, since } = pastOf(key);
    return {
      until: day,
      days: BASELINE_DAYS,
      minDays: warmUpDaysOf(key),
      excluded: [...excluded, { from: LONG_AGO, until: since }],
      shifts,
      bucketMs: family.bucketMs,
    };
  };
  const scalars: Record<string, Fitted<ScalarBaseline>> = {};
  const categories: Record<string, Fitted<CategoryBaseline>> = {};
  const embeddings: Record<string, Fitted<EmbeddingBaseline>> = {};
  const means: Record<string, Record<string, number>> = {};
  const keys = new Set(days.flatMap((one) => Object.keys(one.scalars)));
  for (const name of seriesOf(family))
    if (SERIES[name].type !== "scalar") keys.add(keyText({ series: name, segment: ALL }));
  for (const key of [...keys].sort()) {
    const options = optionsOf(key);
    const { type } = SERIES[keyOf(key).series];
    if (type === "categorical") {
      const points = mergeThinCategories(pointsOf(days, (one) => one.categories, key));
      categories[key] = fitCategories(points, options);
    } else if (type === "embedding") {
      embeddings[key] = fitEmbedding(
        pointsOf(days, (one) => one.embeddings, key),
        options,
      );
    } else if (type === "topics") {
      const points = pointsOf(days, (one) => one.topics, key).filter(
        ({ at }) => !options.excluded.some((span) => at >= span.from && at < span.until),
      );
      means[key] = topicMeans(points);
      const residuals = points.flatMap((point) => withinTopics(point, means[key] ?? {}) ?? []);
      scalars[key] = fitScalar(mergeThinScalars(residuals), options);
    } else {
      scalars[key] = fitScalar(mergeThinScalars(pointsOf(days, (one) => one.scalars, key)), options);
    }
  }
  return { day, scalars, categories, embeddings, topicMeans: means };
}

/** Days of data that a series still needs before it can say anything; 0 when it is ready, null when nothing was ever seen. */
export function daysLeftOf(baseline: DriftBaseline, key: string): number | null {
  const fitted = baseline.scalars[key] ?? baseline.categories[key] ?? baseline.embeddings[key];
  if (fitted === undefined) return null;
  return fitted.status === "learning" ? fitted.daysLeft : 0;
}
