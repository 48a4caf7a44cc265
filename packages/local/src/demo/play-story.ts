import { getRollout } from "@bellwether/aws/rollouts-table";
import { routeVariant } from "@bellwether/client/route";
import { parseConfig } from "@bellwether/core/config/config";
import { type Cloud, startCloud } from "../cloud.ts";
import { standInJudge } from "../judge/stand-in.ts";
import { type FinishedRun, finishRun } from "../replay/finished-run.ts";
import { startRollout } from "../replay/start-rollout.ts";
import { ACCOUNT_ID, REGION } from "../traffic/exchange.ts";
import { logObject } from "../traffic/log-object.ts";
import { randomFor } from "../traffic/random.ts";
import { createTimeline } from "../traffic/timeline.ts";
import { createTraffic } from "../traffic/traffic.ts";
import { createJudgeLog, type JudgeLog } from "./judge-calls.ts";
import { judgeEverything } from "./judge-everything.ts";
import type { JudgedAnswer } from "./judged-truth.ts";
import type { Story } from "./story.ts";

export interface StoryOptions {
  readonly story: Story;
  readonly lakeDir: string;
  readonly rollbackPolicyFile: string;
  /** Fraction of the run, and the virtual time. */
  readonly onProgress: (done: number, at: number) => void;
  readonly signal: AbortSignal;
}

/** A played story: what the product did, and the truth it could not see. */
export interface PlayedStory extends FinishedRun {
  /** Every answer of the day, judged by the same judge. */
  readonly truth: readonly JudgedAnswer[];
}

/** Bedrock writes a batch every ten minutes, and some minutes later it is in the bucket. */
const SPAN_MS = 600_000;
const LEAST_LAG_MS = 60_000;
const MOST_LAG_MS = 240_000;
const JUDGE_ROLE = `arn:aws:iam::${ACCOUNT_ID}:role/bellwether-evaluate`;
/** The app sends its events in batches, as a browser or a worker does. */
const EVENTS_EVERY_MS = 120_000;
/** Half of the canary's answers are enough for a verdict within hours, and half as dear as all of them. */
const CANARY_RATE = 0.5;
/** Share of the run's time that the evening's feedback takes. */
const DAY_WEIGHT = 0.97;

type Delivery =
  | { readonly kind: "object"; readonly at: number; readonly key: string; readonly bytes: Uint8Array }
  | {
      readonly kind: "event";
      readonly at: number;
      readonly detailType: "feedback" | "interaction";
      readonly detail: unknown;
    };

/** Plays the day against the product in the local cloud: users go where the rollout pointer sends them. */
export async function playStory(options: StoryOptions): Promise<PlayedStory> {
  const { story, signal } = options;
  const config = {
    apps: [story.app],
    sampling: { canaryRate: CANARY_RATE },
    judge: { roleArn: JUDGE_ROLE },
  };
  const judgeLog = createJudgeLog(JUDGE_ROLE);
  let now = (): number => story.start;
  const cloud = await startCloud({
    start: story.start,
    config,
    apps: [story.app],
    rollbackPolicyFile: options.rollbackPolicyFile,
    judge: ({ modelId, body }) => {
      const response = standInJudge(body);
      judgeLog.note({ modelId, body, response }, now());
      return response;
    },
  });
  now = cloud.clock.now;
  const everything = await judgeEverything(parseConfig(config).judge.weights);
  const stop = (): void => void cloud.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    // The rollout pointer is read and written with the product's own code, here as in an app.
    Object.assign(process.env, cloud.env);
    const feedbackDelivered = await playDay(cloud, options, judgeLog, everything.add);
    const finished = await finishRun(cloud, { lakeDir: options.lakeDir, feedbackDelivered, signal });
    return { ...finished, truth: await everything.finish() };
  } finally {
    signal.removeEventListener("abort", stop);
    await Promise.all([cloud.stop(), everything.stop()]);
  }
}

/** Steps through the day, then through the late feedback; gives the number of feedback events. */
async function playDay(
  cloud: Cloud,
  { story, onProgress, signal }: StoryOptions,
  judgeLog: JudgeLog,
  judge: Awaited<ReturnType<typeof judgeEverything>>["add"],
): Promise<number> {
  const { app, stable, canary, share, start, canaryFrom, dayEnd, end, seed } = story;
  const traffic = createTraffic(story);
  const deliveries = createTimeline<Delivery>();
  let feedback = 0;
  for (let from = start, step = 0; from < end; from += SPAN_MS, step += 1) {
    signal.throwIfAborted();
    if (from === canaryFrom) {
      await startRollout(app, { at: from, stable, canary, share, by: "demo", reason: "new prompt v13" });
    }
    const pointer = (await getRollout(app)) ?? { stable, canary: null, share: 0, salt: "" };
    const span = traffic.next(from, from + SPAN_MS, (user) => routeVariant(pointer, user));
    judge(span.truths);
    const lines = [...span.records.map(({ line }) => line), ...judgeLog.take()];
    if (lines.length > 0) {
      const lag = randomFor(seed, step, 11).integer(LEAST_LAG_MS / 1_000, MOST_LAG_MS / 1_000) * 1_000;
      const at = from + SPAN_MS + lag;
      deliveries.add({ kind: "object", at, ...logObject(lines, at, ACCOUNT_ID, REGION, step) });
    }
    for (const event of span.events) {
      const at = Math.ceil(event.at / EVENTS_EVERY_MS) * EVENTS_EVERY_MS;
      deliveries.add({ kind: "event", ...event, at });
      if (event.detailType === "feedback") feedback += 1;
    }
    for (const delivery of deliveries.takeBefore(from + SPAN_MS)) await deliver(cloud, delivery);
    await cloud.advanceTo(from + SPAN_MS);
    const day = Math.min(1, (from + SPAN_MS - start) / (dayEnd - start));
    const evening = Math.max(0, (from + SPAN_MS - dayEnd) / (end - dayEnd));
    onProgress(DAY_WEIGHT * day + (1 - DAY_WEIGHT) * evening, from + SPAN_MS);
  }
  for (const delivery of deliveries.takeBefore(Number.POSITIVE_INFINITY)) await deliver(cloud, delivery);
  return feedback;
}

async function deliver(cloud: Cloud, delivery: Delivery): Promise<void> {
  const at = Math.max(delivery.at, cloud.clock.now());
  if (delivery.kind === "object") await cloud.deliverObject(delivery.key, delivery.bytes, at);
  else await cloud.putEvents(delivery.detailType, delivery.detail, at);
}
