import type { Kappa } from "@bellwether/core/sampling/kappa";

export const MINUTE_MS = 60_000;
export const BUCKET_MINUTES = 5;
export const DAY_MINUTES = 1_440;
export const START = Date.parse("2026-10-06T00:00:00Z");

/** A day of a support bot: requests an hour on average, (1 ± .8) over the day, and an hour of four times the usual. */
export const DAY = {
  requestsPerHour: 6_000,
  swing: 0.8,
  burst: 4,
  burstMinutes: 60,
  /** Scores in the burst, in parts of the usual: an overloaded bot answers worse. */
  burstScore: 0.95,
  /** Standard deviations of the logarithm of a day's and of an hour's level. */
  dayNoise: 0.15,
  hourNoise: 0.1,
  /** Log objects arrive after 1 to this many minutes. */
  lagMinutes: 15,
  /** Mean delay of a negative vote. */
  voteMinutes: 120,
  judgementsPerHour: 240,
  usdPerJudgement: 0.002,
} as const;

interface Counted {
  eligible: number;
  flagged: number;
  negative: number;
  drawn: number;
}

interface Bucket extends Counted {
  readonly start: number;
  readonly matched: number;
}

/** A request that will be voted down. */
export interface Unhappy {
  readonly minute: number;
  readonly u: number;
  readonly flagged: boolean;
  /** The rates when it was read. */
  readonly kappa: Kappa;
  readonly score: number;
}

export const zero = (): Counted => ({ eligible: 0, flagged: 0, negative: 0, drawn: 0 });

export function normalOf(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Requests of each minute of a day before chance: its rhythm, its level, noise by the hour. */
export function intensities(normal: () => number): Float64Array {
  const level = Math.exp(DAY.dayNoise * normal());
  const hours = Array.from({ length: 24 }, () => Math.exp(DAY.hourNoise * normal()));
  return Float64Array.from({ length: DAY_MINUTES }, (_, minute) => {
    const rhythm = 1 - DAY.swing * Math.cos((2 * Math.PI * (minute / 60 - 2)) / 24);
    return (DAY.requestsPerHour / 60) * rhythm * level * (hours[Math.floor(minute / 60)] ?? 1);
  });
}

const bucketIndex = (minute: number): number => Math.floor(minute / BUCKET_MINUTES);

/** The simulated world: yesterday's buckets, then today's, and what is still on its way. */
export class World {
  readonly buckets: Bucket[] = [];
  private readonly arriving: { minute: number; counted: Counted }[][] = [];
  readonly votes: Unhappy[][] = [];
  readonly spent = new Float64Array(24);
  readonly spentByArrival = new Float64Array(24);

  openBucket(minute: number): void {
    const start = START + minute * MINUTE_MS;
    this.buckets.push({ start, ...zero(), matched: 0 });
  }

  /** Minutes count from today's midnight; yesterday's are negative. */
  bucketAt(minute: number): Bucket | undefined {
    return this.buckets[bucketIndex(minute + DAY_MINUTES)];
  }

  vote(at: number, request: Unhappy): void {
    let due = this.votes[at];
    if (due === undefined) {
      due = [];
      this.votes[at] = due;
    }
    due.push(request);
  }

  /** The counts of a minute that will be known at another. */
  send(at: number, minute: number, counted: Counted): void {
    let due = this.arriving[at];
    if (due === undefined) {
      due = [];
      this.arriving[at] = due;
    }
    due.push({ minute, counted });
  }

  arrive(at: number): void {
    for (const { minute, counted } of this.arriving[at] ?? []) {
      const bucket = this.bucketAt(minute);
      if (bucket === undefined) continue;
      bucket.eligible += counted.eligible;
      bucket.flagged += counted.flagged;
      bucket.drawn += counted.drawn;
    }
  }
}

export function addSpend(hours: Float64Array, minute: number, judged: number): void {
  if (minute >= 0 && minute < DAY_MINUTES)
    hours[Math.floor(minute / 60)] = (hours[Math.floor(minute / 60)] ?? 0) + judged;
}
