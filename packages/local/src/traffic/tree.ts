import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { routeVariant } from "@bellwether/client/route";
import { ACCOUNT_ID, REGION } from "./exchange.ts";
import { EMBEDDING_FEATURE, FEATURES, TOOL_FEATURE } from "./features.ts";
import { DOCUMENTS } from "./knowledge/documents.ts";
import { logObject } from "./log-object.ts";
import { type Random, randomFor } from "./random.ts";
import { exchangeLine, failureLine } from "./record.ts";
import { instantOfShare } from "./rhythm.ts";
import { playTurn } from "./turn.ts";

/** What goes wrong with the canary from `badFromDay` on. */
export type Regression = "errors" | "cost" | "quality" | "none";

export interface TreeOptions {
  readonly seed: number;
  /** First instant, ms. */
  readonly start: number;
  readonly regression: Regression;
  readonly records?: number;
  readonly days?: number;
  /** Canary share of users from `canaryFromDay` (0-based) on. */
  readonly share?: number;
  readonly canaryFromDay?: number;
  readonly badFromDay?: number;
  readonly appName?: string;
  readonly stable?: string;
  readonly canary?: string;
  readonly users?: number;
  readonly objectsPerHour?: number;
}

/** What was written; `rollout` is the document that `replay --rollout` takes. */
export interface Tree {
  readonly rollout: { app: string; stable: string; canary: string; share: number; startedAt: string };
  readonly objects: number;
  readonly records: number;
  /** Records by variant. */
  readonly byVariant: Readonly<Record<string, number>>;
  /** Failed records by variant. */
  readonly errors: Readonly<Record<string, number>>;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
const DELIVERY_LAG = 240_000;
const CHAT_FEATURES = FEATURES.filter(({ name }) => name !== EMBEDDING_FEATURE && name !== TOOL_FEATURE);
const ERROR_CODES = ["ThrottlingException", "ModelTimeoutException", "ServiceUnavailableException"];

/** Writes an `AWSLogs/…` tree of gzipped hourly objects below `dir`, with users that stick to one variant. */
export async function writeTree(dir: string, options: TreeOptions): Promise<Tree> {
  const settings = { ...DEFAULTS, ...options };
  const { seed, start, records, days, appName, stable, canary, share, canaryFromDay } = settings;
  const canaryFrom = start + canaryFromDay * DAY;
  const byVariant: Record<string, number> = { [stable]: 0, [canary]: 0 };
  const errors: Record<string, number> = { [stable]: 0, [canary]: 0 };
  const slot = HOUR / settings.objectsPerHour;
  let lines: string[] = [];
  let slotEnd = start + slot;
  let objects = 0;

  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    const object = logObject(lines, slotEnd + DELIVERY_LAG, ACCOUNT_ID, REGION, objects++);
    lines = [];
    const file = path.join(dir, object.key);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, object.bytes);
  };

  for (let index = 0; index < records; index++) {
    const random = randomFor(seed, index, 7);
    const at = instantOf(start, days, (index + random.next()) / records);
    while (at >= slotEnd) {
      await flush();
      slotEnd += slot;
    }
    const user = `user-${String(random.integer(1, settings.users)).padStart(4, "0")}`;
    const salt = `${appName}-${seed}`;
    const variant = routeVariant({ stable, canary: at >= canaryFrom ? canary : null, share, salt }, user);
    const record = drawRecord(random, settings, { at, user, variant });
    byVariant[variant] = (byVariant[variant] ?? 0) + 1;
    if (record.failed) errors[variant] = (errors[variant] ?? 0) + 1;
    lines.push(record.line);
  }
  await flush();
  const startedAt = new Date(canaryFrom).toISOString();
  return { rollout: { app: appName, stable, canary, share, startedAt }, objects, records, byVariant, errors };
}

const DEFAULTS = {
  records: 6_000,
  days: 4,
  share: 0.2,
  canaryFromDay: 1,
  badFromDay: 2,
  appName: "support-bot",
  stable: "v1",
  canary: "v2",
  users: 400,
  objectsPerHour: 1,
} as const;

type Settings = Required<TreeOptions>;

/** One record and whether its call failed. */
function drawRecord(
  random: Random,
  { start, badFromDay, canary, regression, appName }: Settings,
  { at, user, variant }: { at: number; user: string; variant: string },
): { readonly line: string; readonly failed: boolean } {
  const wrong = variant === canary && at >= start + badFromDay * DAY ? regression : "none";
  const failed = random.chance(wrong === "errors" ? 0.15 : 0.004);
  const errorCode = random.pick(ERROR_CODES);
  const document = random.pick(DOCUMENTS);
  const feature = random.pick(CHAT_FEATURES);
  const { exchange } = playTurn(random, {
    at,
    feature,
    document,
    fact: random.pick(document.facts),
    turn: 0,
    history: [],
    tags: {
      app: appName,
      env: "prod",
      user,
      session: `s-${random.uuid().slice(0, 13)}`,
      promptVersion: variant,
      variant,
      tenant: "acme-homes",
      feature: feature.name,
    },
    system: "You are the support assistant of Lumora. Answer only from the passages you are given.",
    hallucinationRate: () => (wrong === "quality" ? BAD_QUALITY_RATE : 0.05),
    tokenFactor: wrong === "cost" ? COST_FACTOR : 1,
  });
  const line = failed ? failureLine(exchange, errorCode) : exchangeLine(exchange);
  return { line, failed };
}

const BAD_QUALITY_RATE = 0.6;
const COST_FACTOR = 3;

function instantOf(start: number, days: number, share: number): number {
  const day = Math.min(days - 1, Math.floor(share * days));
  return start + day * DAY + instantOfShare(start, share * days - day);
}
