import { userInfo } from "node:os";
import { getFinding } from "@bellwether/aws/findings";
import { getRollout, putRollout } from "@bellwether/aws/rollouts-table";
import { nextGeneration } from "@bellwether/core/rollout/document";
import { parseArguments, UsageError } from "./arguments.ts";
import type { Io } from "./output.ts";
import { lakeHistory, renderLakeHistory } from "./rollout/show-lake.ts";
import { renderRollout, trafficLine } from "./rollout/show-table.ts";
import { transition, type Wish } from "./rollout/transition.ts";

const OPTIONS = {
  app: { type: "string" },
  stable: { type: "string" },
  canary: { type: "string" },
  share: { type: "string" },
  reason: { type: "string" },
  by: { type: "string" },
  out: { type: "string" },
  json: { type: "boolean" },
} as const;

const ACTIONS = ["show", "start", "promote", "abort"] as const;
type Action = (typeof ACTIONS)[number];
type Values = ReturnType<typeof parseArguments<typeof OPTIONS>>["values"];

/** `bellwether rollout`: shows or moves an app's traffic split; exit code 1 when a move is refused. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("rollout", args, OPTIONS);
  const [name, ...more] = positionals;
  const action = ACTIONS.find((known) => known === name);
  if (action === undefined || more.length > 0) {
    throw new UsageError(`rollout needs one of ${ACTIONS.join(", ")}; see \`bellwether help rollout\``);
  }
  const { app } = values;
  if (app === undefined || app === "") throw new UsageError("--app APP is missing");
  const wish = wishOf(action, values);
  if (values.out !== undefined) {
    if (wish !== undefined)
      throw new UsageError(`--out is a folder to look at; \`rollout ${action}\` moves a real one`);
    const history = await lakeHistory(values.out, app);
    io.stdout.write(values.json === true ? `${JSON.stringify(history)}\n` : renderLakeHistory(history, io));
    return 0;
  }
  requireEnvironment(
    "ROLLOUTS_TABLE",
    "the DynamoDB table of rollouts, or give --out DIR to look at a replay",
  );
  return wish === undefined ? show(app, values, io) : move(app, wish, values, io);
}

/** What the options ask for; undefined for `show`. Throws UsageError for an option that is missing or does not belong. */
function wishOf(action: Action, { stable, canary, share, reason, by }: Values): Wish | undefined {
  const given = { stable, canary, share };
  if (action === "start") {
    if (canary === undefined || canary === "") throw new UsageError("--canary VERSION is missing");
    if (share === undefined)
      throw new UsageError("--share is missing: the canary's share of traffic, e.g. 0.1");
    const fraction = share.trim() === "" ? Number.NaN : Number(share);
    if (!(fraction > 0 && fraction < 1)) throw new UsageError(`--share ${share} is not between 0 and 1`);
    if (canary === stable) throw new UsageError(`--stable and --canary are both ${canary}`);
    return { action, stable, canary, share: fraction };
  }
  const unwanted = Object.entries(action === "show" ? { ...given, reason, by } : given).find(
    ([, value]) => value !== undefined,
  );
  if (unwanted !== undefined)
    throw new UsageError(`--${unwanted[0]} does not belong to \`rollout ${action}\``);
  return action === "show" ? undefined : { action };
}

function requireEnvironment(name: "ROLLOUTS_TABLE" | "STATE_TABLE", what: string): void {
  if (!process.env[name]) throw new UsageError(`environment variable ${name} is not set: ${what}`);
}

async function show(app: string, { json }: Values, io: Io): Promise<number> {
  const rollout = await getRollout(app);
  if (rollout === undefined) {
    io.stderr.write(`bellwether: ${app} has no rollout\n`);
    return 1;
  }
  if (rollout.canary !== null) requireEnvironment("STATE_TABLE", "the DynamoDB table of findings");
  const finding = rollout.canary === null ? undefined : await getFinding(app, rollout.generation);
  const document = { rollout, finding: finding ?? null };
  io.stdout.write(json === true ? `${JSON.stringify(document)}\n` : renderRollout(rollout, finding, io));
  return 0;
}

async function move(app: string, wish: Wish, values: Values, io: Io): Promise<number> {
  const current = await getRollout(app);
  const planned = transition(app, current, wish);
  if (planned.kind === "refused") {
    io.stderr.write(`bellwether: ${planned.reason}\n`);
    return 1;
  }
  const by = values.by ?? process.env.USER ?? userInfo().username;
  const next = nextGeneration(current, app, {
    ...planned.change,
    at: Date.now(),
    by,
    reason: values.reason ?? "no reason given",
  });
  const asRead = { generation: current?.generation ?? 0, step: current?.intent?.step ?? "none" };
  if (!(await putRollout(next, asRead))) {
    io.stderr.write(
      `bellwether: the rollout of ${app} was moved by somebody else meanwhile; look again with show\n`,
    );
    return 1;
  }
  io.stdout.write(values.json === true ? `${JSON.stringify({ rollout: next })}\n` : `${trafficLine(next)}\n`);
  return 0;
}
