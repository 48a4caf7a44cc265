import { DAY_MS, HOUR_MS } from "@bellwether/core/drift/detect/cell";
import { alarmLimit, type Kind } from "@bellwether/core/drift/detect/detector";
import {
  type EmbeddingBaseline,
  fitEmbedding,
  lookEmbedding,
  SCALES,
} from "@bellwether/core/drift/detect/embedding";
import type { ScalarPoint } from "@bellwether/core/drift/detect/points";
import { fitScalar, lookScalar, type ScalarBaseline } from "@bellwether/core/drift/detect/scalar";
import { embeddingPeers, spendPeers } from "./drift-cost-peers.ts";
import { episodes, sigmaPeers, valuePeers } from "./drift-peers.ts";
import type { Random } from "./drift-random.ts";
import { rateCurve, rateStream } from "./drift-rates.ts";
import { type SpendShift, spendStream } from "./drift-spend.ts";
import { type TopicPoint, textsOf, topicStream } from "./drift-topics.ts";
import { alarmsOf, FIT_DAYS, type Watched } from "./drift-watch.ts";
import { FIVE_MS, type Metric, metricStream, type Noise, QUARTER_MS, START } from "./drift-worlds.ts";

export const TARGET_PER_WEEK = 0.1;
export const FALSE_WEEKS = 12;
export const RATE_WEEKS = 6;
/** Days a detector watches before the change comes, up to one more. */
const CALM_DAYS = 3;
/** Peers that look at every value are run this often only. */
const COSTLY_REPETITIONS = 2;
/** Peers that need the embeddings themselves are run this often only. */
const COMPARED_REPETITIONS = 10;

/** False alarms, or hours until the first alarm (null: none within the horizon), of the product and of peers. */
export interface Outcome {
  readonly ours: number | null;
  readonly peers: Readonly<Record<string, number | null>>;
}

const FROM = START + FIT_DAYS * DAY_MS;
const LIMIT = alarmLimit(TARGET_PER_WEEK, QUARTER_MS);
/** Half of the target for each of the pair. */
const PAIR_LIMIT = alarmLimit(TARGET_PER_WEEK / 2, FIVE_MS);
const FALSE_DAYS = FIT_DAYS + FALSE_WEEKS * 7;

const scalar = (kind: Kind, random: Random): Watched<ScalarPoint, ScalarBaseline> => ({
  kind,
  baseline: fitScalar,
  look: (baseline, points, index, levels) => [
    lookScalar(baseline, points[index] as ScalarPoint, random.uniform(), levels),
  ],
});

const embedding = (random: Random): Watched<TopicPoint, EmbeddingBaseline> => ({
  kind: "embedding",
  baseline: fitEmbedding,
  look: (baseline, points, index, levels) =>
    lookEmbedding(
      baseline,
      points.slice(Math.max(0, index + 1 - SCALES[2]), index + 1),
      SCALES.map(() => random.uniform()),
      levels,
    ),
});

/** An instant of the day after the calm days, at a bucket's start. */
const onsetOf = ({ uniform }: Random, bucketMs: number): number =>
  FROM + CALM_DAYS * DAY_MS + Math.floor((uniform() * DAY_MS) / bucketMs) * bucketMs;

const hoursTo = (alarms: readonly number[], onset: number): number | null => {
  const after = alarms.filter((at) => at > onset);
  return after.length === 0 ? null : (Math.min(...after) - onset) / HOUR_MS;
};

const counted = <P extends { readonly at: number }>(
  peers: Readonly<Record<string, (point: P) => boolean>>,
  points: readonly P[],
): Record<string, number> =>
  Object.fromEntries(
    Object.entries(peers).map(([name, peer]) => [
      name,
      episodes(
        peer,
        points.filter(({ at }) => at >= FROM),
      ),
    ]),
  );

const delayed = <P extends { readonly at: number }>(
  peers: Readonly<Record<string, (point: P) => boolean>>,
  points: readonly P[],
  onset: number,
  bucketMs: number,
): Record<string, number | null> =>
  Object.fromEntries(
    Object.entries(peers).map(([name, peer]) => [
      name,
      hoursTo(
        points
          .filter((point) => point.at >= FROM)
          .flatMap((point) => (peer(point) ? [point.at + bucketMs] : [])),
        onset,
      ),
    ]),
  );

const warmUpOf = <P extends { readonly at: number }>(points: readonly P[]): P[] =>
  points.filter(({ at }) => at < FROM);

export const falseMetric =
  (metric: Metric, noise: Noise, refit: "daily" | "once" = "daily") =>
  (random: Random, repetition: number): Outcome => {
    const costly = refit === "daily" && repetition < COSTLY_REPETITIONS;
    const points = metricStream(metric, noise, FALSE_DAYS, random, { keepValues: costly });
    const alarms = alarmsOf(scalar("scalar", random), points, {
      bucketMs: QUARTER_MS,
      from: FROM,
      limit: LIMIT,
      refit,
    });
    const warmUp = warmUpOf(points);
    const peers = { ...sigmaPeers(warmUp), ...(costly ? valuePeers(warmUp) : {}) };
    return { ours: alarms.length, peers: counted(peers, points) };
  };

export const delayMetric =
  (metric: Metric, by: number, days: number) =>
  (random: Random): Outcome => {
    const onset = onsetOf(random, QUARTER_MS);
    const points = metricStream(metric, "ar", FIT_DAYS + CALM_DAYS + 1 + days, random, {
      step: { at: onset, by },
    });
    const watch = { bucketMs: QUARTER_MS, from: FROM, limit: LIMIT, refit: "daily", until: onset } as const;
    const alarms = alarmsOf(scalar("scalar", random), points, watch);
    return {
      ours: hoursTo(alarms, onset),
      peers: delayed(sigmaPeers(warmUpOf(points)), points, onset, QUARTER_MS),
    };
  };

export const falseEmbedding = (random: Random, repetition: number): Outcome => {
  const compared = repetition < COMPARED_REPETITIONS;
  const points = topicStream(textsOf(random), FALSE_DAYS, random, { keepVectors: compared });
  const alarms = alarmsOf(embedding(random), points, {
    bucketMs: QUARTER_MS,
    from: FROM,
    limit: LIMIT,
    refit: "daily",
  });
  const peers = compared ? counted(embeddingPeers(warmUpOf(points)), points) : {};
  return { ours: alarms.length, peers };
};

export const delayEmbedding =
  (share: number, days: number) =>
  (random: Random, repetition: number): Outcome => {
    const compared = repetition < COMPARED_REPETITIONS;
    const onset = onsetOf(random, QUARTER_MS);
    const points = topicStream(textsOf(random), FIT_DAYS + CALM_DAYS + 1 + days, random, {
      shift: { at: onset, share },
      keepVectors: compared,
    });
    const watch = { bucketMs: QUARTER_MS, from: FROM, limit: LIMIT, refit: "daily", until: onset } as const;
    return {
      ours: hoursTo(alarmsOf(embedding(random), points, watch), onset),
      peers: compared ? delayed(embeddingPeers(warmUpOf(points)), points, onset, QUARTER_MS) : {},
    };
  };

export const falseSpend = (random: Random): Outcome => {
  const { perRequest, total, spend } = spendStream(FALSE_DAYS, random);
  const watch = { bucketMs: FIVE_MS, from: FROM, limit: PAIR_LIMIT, refit: "daily" } as const;
  const alarms = [perRequest, total].flatMap((points) => alarmsOf(scalar("up", random), points, watch));
  return { ours: alarms.length, peers: counted(spendPeers(warmUpOf(spend)), spend) };
};

export const delaySpend =
  (kind: SpendShift, days: number) =>
  (random: Random): Outcome => {
    const onset = onsetOf(random, FIVE_MS);
    const stream = spendStream(FIT_DAYS + CALM_DAYS + 1 + days, random, { at: onset, kind });
    const watch = { bucketMs: FIVE_MS, from: FROM, limit: PAIR_LIMIT, refit: "daily", until: onset } as const;
    const alarms = [stream.perRequest, stream.total].flatMap((points) =>
      alarmsOf(scalar("up", random), points, watch),
    );
    return {
      ours: hoursTo(alarms, onset),
      peers: delayed(spendPeers(warmUpOf(stream.spend)), stream.spend, onset, FIVE_MS),
    };
  };

const curve = rateCurve();

export const falseRates = (random: Random): Outcome => {
  const points = rateStream(curve as readonly number[], FIT_DAYS + RATE_WEEKS * 7, random);
  const watch = { bucketMs: QUARTER_MS, from: FROM, limit: LIMIT, refit: "daily" } as const;
  return { ours: alarmsOf(scalar("scalar", random), points, watch).length, peers: {} };
};

/** The step comes at any time of the curve's two weeks. */
export const delayRates =
  (factor: number) =>
  (random: Random): Outcome => {
    const onset = FROM + 7 * DAY_MS + Math.floor(random.uniform() * 14 * 96) * QUARTER_MS;
    const points = rateStream(curve as readonly number[], FIT_DAYS + 35, random, { at: onset, factor });
    const from = onset - CALM_DAYS * DAY_MS;
    const watch = { bucketMs: QUARTER_MS, from, limit: LIMIT, refit: "daily", until: onset } as const;
    return { ours: hoursTo(alarmsOf(scalar("scalar", random), points, watch), onset), peers: {} };
  };
