import {
  jensenShannon,
  kolmogorovSmirnov,
  populationStability,
  wasserstein1,
} from "@bellwether/stats/distribution-distance";
import { mixWithin } from "@bellwether/stats/mix-within";
import { binValue, type Histogram } from "../windows/histogram.ts";
import type { Profile } from "../windows/profile.ts";
import type { PromptSample } from "../windows/prompt-samples.ts";
import type { TopicPoint } from "./measure-points.ts";
import type { SeriesName } from "./series.ts";
import type { Slice } from "./slice.ts";

/** The usual distances between two windows, for people who expect them; nothing rings on them. */
export interface Distances {
  /** Population stability index less its mean without a change. */
  readonly psi: number;
  readonly psiP: number;
  readonly ks: number;
  readonly ksP: number;
  /** Jensen-Shannon divergence, bits. */
  readonly js: number;
  /** Wasserstein-1 over the standard deviation before; undefined when there was no spread. */
  readonly wasserstein: number | undefined;
}

/** Bins of a population stability index; more bins only add noise. */
const BINS = 10;

interface Aligned {
  readonly bins: readonly number[];
  readonly reference: number[];
  readonly current: number[];
}

function alignedCounts(before: Histogram, now: Histogram): Aligned {
  const bins = [...new Set([...before.keys(), ...now.keys()])].sort((a, b) => a - b);
  return {
    bins,
    reference: bins.map((bin) => before.get(bin) ?? 0),
    current: bins.map((bin) => now.get(bin) ?? 0),
  };
}

/** Joins neighbouring bins until the reference has about equal shares. */
function quantileBins(samples: Omit<Aligned, "bins">): Omit<Aligned, "bins"> {
  const total = samples.reference.reduce((sum, count) => sum + count, 0);
  const out: Omit<Aligned, "bins"> = { reference: [], current: [] };
  let [reference, current] = [0, 0];
  samples.reference.forEach((count, index) => {
    reference += count;
    current += samples.current[index] ?? 0;
    if (reference < total / BINS && index + 1 < samples.reference.length) return;
    out.reference.push(reference);
    out.current.push(current);
    [reference, current] = [0, 0];
  });
  return out;
}

const HISTOGRAMS: Partial<Record<SeriesName, (slice: Slice) => Histogram>> = {
  input_tokens: ({ profile }) => profile.inputTokens,
  output_tokens: ({ profile }) => profile.outputTokens,
  question_length: ({ profile }) => profile.questionLength,
  latency: ({ tally }) => tally.latency,
  ttft: ({ profile }) => profile.ttft,
};

/** Distances of a series' distribution now from that before; undefined where there is none to compare. */
export function distancesOf(name: SeriesName, before: Slice, now: Slice): Distances | undefined {
  const histogram = HISTOGRAMS[name];
  if (histogram === undefined) return undefined;
  const samples = alignedCounts(histogram(before), histogram(now));
  if (samples.reference.every((n) => n === 0) || samples.current.every((n) => n === 0)) return undefined;
  const psi = populationStability(quantileBins(samples));
  const { d, p } = kolmogorovSmirnov(samples);
  return {
    psi: psi.debiased,
    psiP: psi.p,
    ks: d,
    ksP: p,
    js: jensenShannon(samples),
    wasserstein: wasserstein1(samples, samples.bins.map(binValue)),
  };
}

const EXAMPLES = 3;

/** How much a sample belongs to what is new, by series. */
function novelty(
  name: SeriesName,
  before: Profile,
  now: Profile,
  rises: boolean,
): (s: PromptSample) => number {
  const sign = rises ? 1 : -1;
  switch (name) {
    case "input_tokens":
      return (sample) => sign * (sample.inputTokens ?? 0);
    case "output_tokens":
      return (sample) => sign * (sample.outputTokens ?? 0);
    case "question_length":
      return (sample) => sign * sample.questionLength;
    case "latency":
    case "ttft":
      return (sample) => sign * (sample.latencyMs ?? 0);
    case "language": {
      const share = (profile: Profile, language: string): number => {
        const counts = profile.categories.language;
        const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
        return total === 0 ? 0 : (counts.get(language) ?? 0) / total;
      };
      return ({ language }) => share(now, language) - share(before, language);
    }
    default: {
      // The witness function of MMD: large where there is more mass now than before (Gretton et al. 2012, §2.3).
      const [a, b] = [before.embedding, now.embedding];
      return ({ features }) =>
        (features ?? []).reduce((sum, value, i) => {
          const was = a.n === 0 ? 0 : (a.sums[i] ?? 0) / a.n;
          const is = b.n === 0 ? 0 : (b.sums[i] ?? 0) / b.n;
          return sum + value * (is - was);
        }, 0);
    }
  }
}

/** Ids of three requests that show what changed: the worst answers where quality fell, else what is most typical of the new mass. */
export function exampleRequests(name: SeriesName, before: Slice, now: Slice, rises: boolean): string[] {
  if (name === "quality" || name === "quality_within_topic")
    return now.tally.worst.slice(0, EXAMPLES).map(({ requestId }) => requestId);
  const score = novelty(name, before.profile, now.profile, rises);
  return [...now.profile.samples]
    .map((sample) => ({ id: sample.requestId, score: score(sample) }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, EXAMPLES)
    .map(({ id }) => id);
}

/** What a change of quality is made of: other topics, or worse answers to the same ones; undefined without topics in both spans. */
export function qualityParts(before: readonly TopicPoint[], now: readonly TopicPoint[]) {
  const sums = (points: readonly TopicPoint[]): Map<string, { n: number; sum: number }> => {
    const byTopic = new Map<string, { n: number; sum: number }>();
    for (const { topics } of points)
      for (const [topic, { weight, mean }] of Object.entries(topics)) {
        const known = byTopic.get(topic) ?? { n: 0, sum: 0 };
        byTopic.set(topic, { n: known.n + weight, sum: known.sum + weight * mean });
      }
    return byTopic;
  };
  const [a, b] = [sums(before), sums(now)];
  const topics = [...new Set([...a.keys(), ...b.keys()])].sort();
  if (topics.length < 2) return undefined;
  const cell = (one: { n: number; sum: number } | undefined) => ({
    n: one?.n ?? 0,
    mean: one === undefined || one.n === 0 ? 0 : one.sum / one.n,
  });
  return mixWithin(topics.map((topic) => ({ reference: cell(a.get(topic)), current: cell(b.get(topic)) })));
}
