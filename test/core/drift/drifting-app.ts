import type { DriftDeps, DriftStage } from "@bellwether/core/drift/drift-tick";
import type { TimedBucket } from "@bellwether/core/drift/measure-day";
import { DRIFT } from "@bellwether/core/drift/series";
import type { DriftState } from "@bellwether/core/drift/state";
import type { LakeRow } from "@bellwether/core/lake/tables";
import type { Notice } from "@bellwether/core/notices/notice";
import type { Topics } from "@bellwether/core/prompts/topics";
import type { Rollout } from "@bellwether/core/rollout/document";
import { BUCKET_MS } from "@bellwether/core/windows/bucket";
import { type CountItems, countRequest } from "@bellwether/core/windows/count-requests";
import { FEATURES, unitsOf } from "@bellwether/core/windows/embedding-sum";
import { foldItems } from "@bellwether/core/windows/fold";
import { foldProfiles } from "@bellwether/core/windows/profiles";
import { seededUniform as seeded } from "@bellwether/stats/uniform";

export const DAY = 86_400_000;
/** A Monday. */
export const START = Date.parse("2026-08-03T00:00:00Z");

export interface Weather {
  /** Factor on input tokens. */
  readonly tokens?: number;
  /** Factor on traffic. */
  readonly volume?: number;
  /** Share of questions on a new subject, in another language. */
  readonly newTopic?: number;
  /** Errors per request. */
  readonly errors?: number;
}

/** Unit feature vectors of a subject: cosines and sines around its own angle. */
function featuresOf(subject: number, jitter: number): number[] {
  const half = FEATURES / 2;
  const angle = (k: number): number =>
    Math.sin((subject + 1) * 12.9898 * (k + 1)) * 40 + jitter * Math.cos(k);
  const scale = 1 / Math.sqrt(half);
  return unitsOf(
    Array.from({ length: FEATURES }, (_, i) =>
      i < half ? scale * Math.cos(angle(i)) : scale * Math.sin(angle(i - half)),
    ),
  );
}

const JITTERS = 16;
const VECTORS = Array.from({ length: 10 }, (_, subject) =>
  Array.from({ length: JITTERS }, (_jitter, i) => featuresOf(subject, (i / JITTERS - 0.5) * 1.2)),
);

/** About 60 requests per 5 minutes with a daily and weekly rhythm, seeded by bucket: asking twice gives the same. */
function bucketOfTraffic(app: string, start: number, weather: Weather, perBucket = 12): TimedBucket {
  const next = seeded(start / BUCKET_MS);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const random = { next, normal };
  const hour = (start % DAY) / 3_600_000;
  const weekend = [6, 0].includes(new Date(start).getUTCDay()) ? 0.6 : 1;
  const rate =
    perBucket * (1 + 0.5 * Math.sin((2 * Math.PI * (hour - 9)) / 24)) * weekend * (weather.volume ?? 1);
  const items: CountItems = new Map();
  const n = Math.max(0, Math.round(rate + Math.sqrt(rate) * random.normal()));
  for (let i = 0; i < n; i++) {
    const strange = random.next() < (weather.newTopic ?? 0);
    const subject = strange ? 9 : Math.floor(random.next() * 4);
    const tokens = Math.round(Math.exp(6.5 + 0.6 * random.normal()) * (weather.tokens ?? 1));
    const failed = random.next() < (weather.errors ?? 0.01);
    const row: LakeRow = {
      request_id: `${start}-${i}`,
      at: new Date(start).toISOString(),
      app,
      variant: "v1",
      prompt_version: "p1",
      model_id: random.next() < 0.7 ? "model-a" : "model-b",
      user_id: `user-${Math.floor(random.next() * 500)}`,
      input_tokens: tokens,
      output_tokens: Math.round(Math.exp(5 + 0.5 * random.normal())),
      latency_ms: Math.exp(7 + 0.4 * random.normal()),
      cost_pico_usd: 1_000_000,
      stop_reason: "end_turn",
      u: random.next(),
      ...(failed && { error_code: "ThrottlingException" }),
    };
    countRequest(items, row, start, "part", {
      language: strange ? "de" : "en",
      length: 40 + subject * 10,
      features: VECTORS[subject]?.[Math.floor(random.next() * JITTERS)] ?? [],
    });
  }
  const counted = [...items.values()];
  return { start, fold: foldItems(counted), profiles: foldProfiles(counted) };
}

export interface World {
  readonly documents: Map<string, string>;
  readonly lake: Map<string, { table: string; rows: readonly LakeRow[] }>;
  readonly notices: Notice[];
  state: DriftState | undefined;
  topics: Topics | undefined;
  weather: (at: number) => Weather;
  rollout: Rollout | undefined;
}

export const newWorld = (weather: World["weather"] = () => ({})): World => ({
  documents: new Map(),
  lake: new Map(),
  notices: [],
  state: undefined,
  topics: undefined,
  weather,
  rollout: undefined,
});

export const STAGE: DriftStage = {
  family: DRIFT,
  lagMs: 15 * 60_000,
  warmUpDays: 14,
  falsePagesPerWeek: 0.1,
  partName: (...identity) => identity.join("/"),
};

const buckets = new Map<string, TimedBucket>();

/** Everything detect-drift asks for, over traffic that is made when it is read; nothing is ever dirty. */
export function depsOf(world: World): DriftDeps {
  const bucketAt = (app: string, start: number): TimedBucket => {
    const weather = world.weather(start);
    const key = JSON.stringify([app, start, weather]);
    const made = buckets.get(key) ?? bucketOfTraffic(app, start, weather);
    buckets.set(key, made);
    return made;
  };
  return {
    dirtyMarks: async () => [],
    clearMarks: async () => {},
    readBucket: async () => [],
    foldVersion: async () => 0,
    saveFold: async () => true,
    noteFolded: async () => {},
    newToken: () => "token",
    getRollout: async () => world.rollout,
    oldestFold: async () => START,
    readFoldedBuckets: async (app, from, until) => {
      const out: TimedBucket[] = [];
      for (let at = Math.max(from, START); at < until; at += BUCKET_MS) out.push(bucketAt(app, at));
      return out;
    },
    getDriftState: async () => world.state,
    saveDriftState: async (_family, _app, state) => {
      if ((world.state?.seq ?? 0) !== state.seq - 1) return false;
      world.state = structuredClone(state);
      return true;
    },
    getTopics: async () => world.topics,
    saveTopics: async (_app, topics) => {
      world.topics = topics;
    },
    readDocument: async (key) => world.documents.get(key),
    writeDocument: async (key, text) => {
      world.documents.set(key, text);
    },
    writeLake: async (table, part, rows) => {
      world.lake.set(`${table}/${part}`, { table, rows });
    },
    notify: async (notice) => {
      world.notices.push(notice);
    },
  };
}
