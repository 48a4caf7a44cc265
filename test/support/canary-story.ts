import { registryTable } from "@bellwether/aws/registry-table";
import { getRollout, putRollout } from "@bellwether/aws/rollouts-table";
import { routeVariant } from "@bellwether/client/route";
import { changeVersion } from "@bellwether/core/registry/change-version";
import type { Family, Status } from "@bellwether/core/registry/entry";
import { register } from "@bellwether/core/registry/register";
import { nextGeneration, type Rollout } from "@bellwether/core/rollout/document";
import type { Ramp } from "@bellwether/core/rollout/ramp";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { converseBody, HAIKU, type Json, logRecord, userMessages } from "../fixtures/records/build.ts";
import { line, zipped } from "./chat-record.ts";
import type { Pipeline } from "./running-pipeline.ts";

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** A log object arrives this long after its last record. */
const DELIVERY = 4 * MINUTE;

/** How a version answers one request. */
interface Behaviour {
  /** Share of failed calls; default none. */
  readonly errors?: number;
  /** Factor on the tokens of prompt and answer; default 1. */
  readonly tokens?: number;
}

/** An app that everybody's requests reach evenly over the hour. */
export interface StoryApp {
  readonly app: string;
  readonly perHour: number;
  readonly users: number;
  /** How `variant` answers at an instant, as the pointer is by then. */
  readonly behaves: (variant: string, at: number, rollout: Rollout | undefined) => Behaviour;
}

/** Starts the canary `v2` beside `v1` as a person would. */
export async function startCanary(app: string, at: number, share: number, ramp?: Ramp): Promise<void> {
  const change = {
    at,
    action: "start",
    stable: "v1",
    canary: "v2",
    share,
    by: "ann",
    reason: "a new prompt",
  } as const;
  const current = await getRollout(app);
  const next = nextGeneration(current, app, { ...change, ...(ramp === undefined ? {} : { ramp }) });
  const expected = { generation: current?.generation ?? 0, step: current?.intent?.step ?? "none" };
  if (!(await putRollout(next, expected))) throw new Error(`${app} has another rollout`);
}

/** Registers a prompt version, approves it and takes it through these statuses. */
export async function registerPrompt(
  app: string,
  version: string,
  at: number,
  ...statuses: readonly Status[]
): Promise<void> {
  const family: Family = { app, kind: "prompt" };
  const ann = { by: "ann", at, why: "a new prompt" };
  const definition = {
    ...family,
    version,
    text: `prompt ${version}`,
    uri: null,
    modelId: null,
    parameters: {},
  };
  const added = await register(definition, ann, registryTable);
  if (added.kind !== "added") throw new Error(`${version} was not added`);
  const wishes = [{ kind: "approve" } as const, ...statuses.map((to) => ({ kind: "move", to }) as const)];
  for (const wish of wishes) {
    const answer = await changeVersion(family, version, wish, ann, registryTable);
    if (answer.kind !== "changed") throw new Error(`${version}: ${answer.reason}`);
  }
}

/** The version that the pointer named for a user at an instant: what the app's client did. */
function servedAt(rollout: Rollout | undefined, at: number, user: string): string {
  const epoch = rollout?.epochs.find(({ from, to }) => at >= from && (to === null || at < to));
  if (rollout === undefined || epoch === undefined) return "v1";
  return routeVariant({ ...epoch, salt: rollout.salt }, user);
}

const ANSWERS = ["The warranty lasts two years.", "The warranty lasts two years. Keep the receipt."];

function record(
  at: number,
  id: string,
  app: string,
  user: string,
  variant: string,
  random: () => number,
  behaviour: Behaviour,
): Json {
  const { errors = 0, tokens = 1 } = behaviour;
  const envelope = {
    timestamp: new Date(at).toISOString(),
    requestId: id,
    modelId: HAIKU,
    requestMetadata: { app, user, variant, promptVersion: variant },
  };
  if (random() < errors) {
    const failed = {
      region: "us-east-1",
      operation: "Converse",
      schemaType: "ModelInvocationLog",
      schemaVersion: "1.0",
    };
    return { ...failed, ...envelope, errorCode: "ThrottlingException" };
  }
  const input = Math.round((800 + 800 * random()) * tokens);
  const output = Math.round((100 + 100 * random()) * tokens);
  const bodies = {
    input: userMessages("<context>The warranty lasts two years.</context>\nHow long does the warranty last?"),
    output: converseBody([{ text: ANSWERS[Math.floor(random() * ANSWERS.length)] }], {
      metrics: { latencyMs: Math.round(600 + 600 * random()) },
      usage: { inputTokens: input, outputTokens: output, totalTokens: input + output },
    }),
  };
  const counts = { input: { inputTokenCount: input }, output: { outputTokenCount: output } };
  return logRecord("Converse", bodies, envelope, counts);
}

/** Lives through the time from `from` to `until`: what the apps answered in it arrives as one log object after it. */
export async function play(
  pipeline: Pipeline,
  from: number,
  until: number,
  apps: readonly StoryApp[],
): Promise<void> {
  const deliveredAt = until + DELIVERY;
  await pipeline.advanceTo(deliveredAt);
  const lines: string[] = [];
  for (const { app, perHour, users, behaves } of apps) {
    const rollout = await getRollout(app);
    const random = seeded(from / MINUTE + app.length * 7_919);
    const calls = Math.round((perHour * (until - from)) / HOUR);
    for (let n = 0; n < calls; n++) {
      const at = from + Math.floor(((n + random()) * (until - from)) / calls);
      const user = `${app}-${Math.floor(random() * users)}`;
      const variant = servedAt(rollout, at, user);
      const id = `${app}-${from / MINUTE}-${n}`;
      lines.push(line(record(at, id, app, user, variant, random, behaves(variant, at, rollout))));
    }
  }
  await pipeline.deliverObject(
    `${new Date(from).toISOString().slice(0, 16)}.json.gz`,
    zipped(...lines),
    deliveredAt,
  );
}

/** Subjects of the pages about one app. */
export async function pagesOf(pipeline: Pipeline, app: string): Promise<string[]> {
  await pipeline.drain();
  const pages = await pipeline.pages();
  return pages.map(({ subject }) => subject ?? "").filter((subject) => subject.includes(` ${app}:`));
}
