import type { EDetector } from "@bellwether/stats/shiryaev-roberts";
import type { Past } from "./baseline.ts";
import type { DetectorState } from "./detect/detector.ts";
import type { DriftKind } from "./series.ts";

/** A series that an incident is about. */
export interface Culprit {
  readonly key: string;
  /** Estimated start of the change, ms. */
  readonly onset: number;
  /** Mean score over the run-up, in sd of a bucket; what calm is measured against. */
  readonly strength: number;
  /** Mean difference from what was expected over the run-up, in the series' scale; null for a mix. */
  readonly effect: number | null;
  /** ln M when it was found. */
  readonly logE: number;
  /** Evidence that the change is over; looks for scores below what the incident began with. */
  readonly over: EDetector;
  readonly calm: boolean;
}

/** An incident of one kind of drift: opened once, closed once. */
export interface DriftIncident {
  readonly id: string;
  /** End of the bucket that opened it, ms. */
  readonly openedAt: number;
  readonly onset: number;
  readonly culprits: readonly Culprit[];
}

/** What detect-drift remembers about an app; written by compare-and-set on `seq`. */
export interface DriftState {
  readonly seq: number;
  /** Start of the first bucket with data, ms. */
  readonly first: number;
  /** Buckets that end by this instant were looked at, ms. */
  readonly until: number;
  /** No series has a baseline yet: nothing can ring before the next midnight. */
  readonly learning: boolean;
  readonly detectors: Readonly<Record<string, DetectorState>>;
  readonly incidents: Partial<Readonly<Record<DriftKind, DriftIncident>>>;
  readonly pasts: Readonly<Record<string, Past>>;
}

export const newState = (first: number): DriftState => ({
  seq: 0,
  first,
  until: first,
  learning: true,
  detectors: {},
  incidents: {},
  pasts: {},
});
