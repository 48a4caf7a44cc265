import { type DeliveryPlan, planDelivery } from "../delivery.ts";
import { type PlannedEvent, planFeedback } from "./feedback-file.ts";
import type { RolloutFile } from "./rollout-file.ts";
import { survey } from "./survey.ts";

/** Recorded logs and what to run with them. */
export interface ReplaySource {
  readonly logs: string;
  readonly feedback?: string;
  readonly rollout: RolloutFile | null;
  /** Parsed JSON of `--config`, before defaults. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Bucket that S3 paths in the logs refer to; default: the one whose paths resolve in the folder. */
  readonly bucket?: string;
}

/** Everything that will be delivered, in order of time, and the stage it comes to. */
export interface ReplayPlan extends DeliveryPlan {
  /** The minute before the first delivery, ms. */
  readonly start: number;
  readonly events: readonly PlannedEvent[];
  /** Apps to watch: those of the configuration, else those of the rollout and the logs. */
  readonly apps: readonly string[];
  readonly bucket: string;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const MAX_APPS = 100;

const isListed = (apps: unknown): apps is string[] => Array.isArray(apps) && apps.length > 0;

/** Finds out what a replay of these files delivers and when; rejects with DeliveryError for an unusable folder. */
export async function planReplay({
  logs,
  feedback,
  rollout,
  config,
  bucket,
}: ReplaySource): Promise<ReplayPlan> {
  const plan = await planDelivery(logs);
  const surveyed = await survey(plan);
  const first = plan.objects[0]?.at ?? 0;
  const last = plan.objects.at(-1)?.at ?? first;
  const start = Math.floor((first - 1) / MINUTE_MS) * MINUTE_MS;
  const found = new Set([...(rollout === null ? [] : [rollout.app]), ...surveyed.apps]);
  return {
    ...plan,
    start,
    events: feedback === undefined ? [] : await planFeedback(feedback, start, last + 35 * DAY_MS),
    apps: isListed(config.apps) ? config.apps : [...found].slice(0, MAX_APPS),
    bucket: bucket ?? surveyed.bucket ?? "bellwether-logs",
  };
}
