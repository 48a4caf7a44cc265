import { readFile } from "node:fs/promises";
import { parseConfig } from "@bellwether/core/config/config";
import { startCloud } from "../cloud.ts";
import { standInJudge } from "../judge/stand-in.ts";
import { type FinishedRun, finishRun } from "./finished-run.ts";
import { planReplay, type ReplaySource } from "./plan-replay.ts";
import { startRollout } from "./start-rollout.ts";

export interface ReplayOptions extends ReplaySource {
  readonly lakeDir: string;
  readonly rollbackPolicyFile: string;
  /** Default: the rubrics that the repository ships. */
  readonly rubricsFile?: string;
  /** Fraction of the objects delivered, and the virtual time. */
  readonly onProgress: (done: number, at: number) => void;
  readonly signal: AbortSignal;
}

/** Sends a folder of real logs through the real handlers; rejects with DeliveryError for an unusable folder. */
export async function replay(options: ReplayOptions): Promise<FinishedRun> {
  const { rollout, signal } = options;
  const plan = await planReplay(options);
  const { start, events, apps, bucket } = plan;
  const config = { ...options.config, apps };
  const cloud = await startCloud({
    start,
    config,
    apps,
    alarmConfig: parseConfig(config),
    rollbackPolicyFile: options.rollbackPolicyFile,
    ...(options.rubricsFile === undefined ? {} : { rubricsFile: options.rubricsFile }),
    judge: ({ body }) => standInJudge(body),
    logsBucket: bucket,
  });
  const stop = (): void => void cloud.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    if (rollout !== null) {
      Object.assign(process.env, cloud.env);
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
