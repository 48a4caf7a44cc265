import { readFile } from "node:fs/promises";
import { DEFAULT_RAMP, type Ramp } from "@bellwether/core/rollout/ramp";
import { parseRamp, RampError, withCriteria } from "@bellwether/core/rollout/ramp-file";
import { UsageError } from "../arguments.ts";
import type { Wish } from "./transition.ts";

/** Options of `bellwether rollout`. */
export const OPTIONS = {
  app: { type: "string" },
  stable: { type: "string" },
  canary: { type: "string" },
  share: { type: "string" },
  ramp: { type: "string" },
  unit: { type: "string" },
  criteria: { type: "string" },
  reason: { type: "string" },
  by: { type: "string" },
  policy: { type: "string" },
  out: { type: "string" },
  json: { type: "boolean" },
} as const;

type Option = keyof typeof OPTIONS;
export type Values = {
  readonly [Name in Option]?: (typeof OPTIONS)[Name] extends { type: "boolean" } ? boolean : string;
};

const UNITS = ["user", "session", "request"] as const;

/** Options of every action besides --app and --json. */
const ACTIONS = {
  show: ["policy", "out"],
  start: ["stable", "canary", "share", "ramp", "unit", "criteria", "reason", "by"],
  advance: ["share", "reason", "by"],
  promote: ["policy", "reason", "by"],
  abort: ["reason", "by"],
} as const satisfies Readonly<Record<string, readonly Option[]>>;

export type Action = keyof typeof ACTIONS;

/** The action of that name; throws UsageError for another, and for options that do not belong to it or are empty. */
export function actionOf(names: readonly string[], values: Values): Action {
  const [name = "", ...more] = names;
  if (!Object.hasOwn(ACTIONS, name) || more.length > 0) {
    const known = Object.keys(ACTIONS).join(", ");
    throw new UsageError(`rollout needs one of ${known}; see \`bellwether help rollout\``);
  }
  const action = name as Action;
  const own: readonly string[] = ["app", "json", ...ACTIONS[action]];
  for (const [option, value] of Object.entries(values)) {
    if (!own.includes(option)) throw new UsageError(`--${option} does not belong to \`rollout ${action}\``);
    if (value === "" && option !== "share" && option !== "reason")
      throw new UsageError(`--${option} is empty`);
  }
  return action;
}

/** What the options ask for; throws UsageError for one that is missing or unusable. */
export async function wishOf(action: Exclude<Action, "show">, values: Values): Promise<Wish> {
  if (action === "start") return startOf(values);
  if (action !== "advance") return { action };
  return values.share === undefined ? { action } : { action, share: shareOf(values.share) };
}

async function startOf(values: Values): Promise<Wish> {
  const { stable, canary, share, ramp: file, criteria } = values;
  if (canary === undefined) throw new UsageError("--canary VERSION is missing");
  if (canary === stable) throw new UsageError(`--stable and --canary are both ${canary}`);
  const unit = UNITS.find((known) => known === values.unit);
  if (values.unit !== undefined && unit === undefined)
    throw new UsageError(`--unit ${values.unit} is not one of ${UNITS.join(", ")}`);
  const wanted = { action: "start", stable, canary, ...(unit !== undefined && { unit }) } as const;
  if (file === undefined) {
    if (share === undefined)
      throw new UsageError("--share is missing: the canary's share of traffic, e.g. 0.1; or --ramp default");
    if (criteria !== undefined)
      throw new UsageError("--criteria needs --ramp: people move a canary without one");
    return { ...wanted, share: shareOf(share) };
  }
  if (share !== undefined)
    throw new UsageError("--share and --ramp exclude each other: a ramp has its shares");
  const ramp = await rampOf(file, criteria);
  return { ...wanted, share: ramp.steps[0]?.share ?? 0, ramp };
}

function shareOf(text: string): number {
  const share = text.trim() === "" ? Number.NaN : Number(text);
  if (share > 0 && share < 1) return share;
  throw new UsageError(`--share ${text} is not between 0 and 1`);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    throw new UsageError(`--ramp ${file} cannot be read (${code}); \`--ramp default\` needs no file`);
  }
}

async function rampOf(file: string, criteria: string | undefined): Promise<Ramp> {
  const named = criteriaOf(criteria);
  const read = async (): Promise<Ramp> =>
    file === "default" ? DEFAULT_RAMP : parseRamp(await readText(file));
  const ramp = await refusing(`--ramp ${file}`, read);
  return named === undefined ? ramp : refusing("--criteria", async () => withCriteria(ramp, named));
}

async function refusing(option: string, read: () => Promise<Ramp>): Promise<Ramp> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RampError) throw new UsageError(`${option}: ${error.message}`);
    throw error;
  }
}

/** `min_x=1,max_y=2` as numbers by name. */
function criteriaOf(text: string | undefined): Record<string, number> | undefined {
  if (text === undefined) return undefined;
  const pairs = text.split(",").map((pair): [string, number] => {
    const [name = "", value = "", ...rest] = pair.split("=").map((part) => part.trim());
    const number = value === "" || rest.length > 0 ? Number.NaN : Number(value);
    if (name === "" || !Number.isFinite(number))
      throw new UsageError(`--criteria: "${pair}" is not NAME=NUMBER, e.g. min_satisfaction=0.8`);
    return [name, number];
  });
  const twice = pairs.find(([name], i) => pairs.findIndex(([other]) => other === name) < i);
  if (twice !== undefined) throw new UsageError(`--criteria: ${twice[0]} is given twice`);
  return Object.fromEntries(pairs);
}
