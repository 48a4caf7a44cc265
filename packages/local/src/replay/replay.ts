import { readFile } from "node:fs/promises";
import { startCloud } from "../cloud.ts";
import { planDelivery } from "../delivery.ts";
import { standInJudge } from "../judge/stand-in.ts";
import { planFeedback } from "./feedback-file.ts";
import { type FinishedRun, finishRun } from "./finished-run.ts";
import type { RolloutFile } from "./rollout-file.ts";
import { startRollout } from "./start-rollout.ts";
import { survey } from "./survey.ts";

export interface ReplayOptions {
  readonly logs: string;
  readonly feedback?: string;
  readonly rollout: RolloutFile | null;
  /** Parsed JSON of `--config`, before defaults. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly bucket?: string;
  readonly lakeDir: string;
  readonly rollbackPolicyFile: string;
  /** Fraction of the objects delivered, and the virtual time. */
  readonly onProgress: (done: number, at: number) => void;
  readonly signal: AbortSignal;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const isListed = (apps: unknown): apps is string[] => Array.isArray(apps) && apps.length > 0;

/** Sends a folder of real logs through the real handlers; rejects with DeliveryError for an unusable folder. */
export async function replay(options: ReplayOptions): Promise<FinishedRun> {
  const { rollout, signal } = options;
  const plan = await planDelivery(options.logs);
  const surveyed = await survey(plan);
  const first = plan.objects[0]?.at ?? 0;
  const last = plan.objects.at(-1)?.at ?? first;
  const start = Math.floor((first - 1) / MINUTE_MS) * MINUTE_MS;
  const events =
    options.feedback === undefined ? [] : await planFeedback(options.feedback, start, last + 35 * DAY_MS);
  const { apps: configured } = options.config;
  const apps = isListed(configured)
    ? configured
    : [...new Set([...(rollout === null ? [] : [rollout.app]), ...surveyed.apps])].slice(0, 100);
  const cloud = await startCloud({
    start,
    config: { ...options.config, apps },
    apps,
    rollbackPolicyFile: options.rollbackPolicyFile,
    judge: ({ body }) => standInJudge(body),
    logsBucket: options.bucket ?? surveyed.bucket ?? "bellwether-logs",
  });
  const stop = (): void => void cloud.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    Object.assign(process.env, cloud.env);
    if (rollout !== null) {
      const { app, startedAt, ...split } = rollout;
      await startRollout(app, { ...split, at: startedAt, by: "replay", reason: "--rollout" });
    }
    for (const { key, file } of plan.bodies) await cloud.storeObject(key, await readFile(file));
    let next = 0;
    const deliverEventsUntil = async (at: number): Promise<void> => {
      for (let event = events[next]; event !== undefined && event.at <= at; event = events[++next]) {
        await cloud.putEvents(event.detailType, event.detail, event.at);
      }
    };
    const total = plan.objects.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    for (const object of plan.objects) {
      signal.throwIfAborted();
      await deliverEventsUntil(object.at);
      await cloud.deliverObject(
        object.key,
        await readFile(object.file),
        Math.max(object.at, cloud.clock.now()),
      );
      done += object.bytes;
      options.onProgress(done / total, cloud.clock.now());
    }
    await deliverEventsUntil(Number.POSITIVE_INFINITY);
    return await finishRun(cloud, {
      lakeDir: options.lakeDir,
      feedbackDelivered: events.filter(({ detailType }) => detailType === "feedback").length,
      signal,
    });
  } finally {
    signal.removeEventListener("abort", stop);
    await cloud.stop();
  }
}
