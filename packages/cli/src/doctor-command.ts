import { setTimeout as sleep } from "node:timers/promises";
import { parseArguments, UsageError } from "./arguments.ts";
import { type Clients, clientsOf } from "./doctor/clients.ts";
import { diagnose, loggingTarget } from "./doctor/diagnose.ts";
import { enableLogging } from "./doctor/enable.ts";
import { describeEnd } from "./doctor/ends.ts";
import type { Destination } from "./doctor/logging-state.ts";
import { planDocument, renderChecks, renderPlan } from "./doctor/render.ts";
import { AmbiguousStage, findTarget, type Target } from "./doctor/target.ts";
import { type Io, oneLine } from "./output.ts";
import { keyboardOf } from "./review/keyboard.ts";

const OPTIONS = {
  stage: { type: "string" },
  "logs-bucket": { type: "string" },
  region: { type: "string" },
  "enable-logging": { type: "string" },
  replace: { type: "boolean" },
  judge: { type: "boolean" },
  yes: { type: "boolean" },
  json: { type: "boolean" },
} as const;
type Values = ReturnType<typeof parseArguments<typeof OPTIONS>>["values"];

const DESTINATIONS: readonly Destination[] = ["s3", "cloudwatch", "both"];

function destinationOf({ "enable-logging": text, ...values }: Values): Destination | undefined {
  if (text === undefined) {
    for (const option of ["replace", "yes"] as const)
      if (values[option] === true) throw new UsageError(`--${option} goes with --enable-logging`);
    return undefined;
  }
  const destination = DESTINATIONS.find((name) => name === text);
  if (destination === undefined)
    throw new UsageError(`--enable-logging is one of ${DESTINATIONS.join(", ")}, not "${text}"`);
  return destination;
}

async function targetOf(clients: Clients, values: Values): Promise<Target> {
  try {
    const logsBucket =
      values["logs-bucket"] ?? (values.stage === undefined ? process.env.LOGS_BUCKET : undefined);
    return await findTarget(clients, { stage: values.stage, logsBucket });
  } catch (error) {
    if (error instanceof AmbiguousStage) throw new UsageError(error.message);
    throw error;
  }
}

async function askOnTerminal(io: Io): Promise<boolean> {
  if (process.stdin.isTTY !== true)
    throw new UsageError("no terminal to ask on: --yes makes these changes without asking");
  const keyboard = keyboardOf(process.stdin, io.stderr);
  try {
    const answer = await keyboard.line("Make these changes? [y/N] ");
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    keyboard.close();
  }
}

async function enable(
  clients: Clients,
  target: Target,
  destination: Destination,
  values: Values,
  io: Io,
): Promise<number> {
  const { place, stage } = target;
  const logging = loggingTarget(target, stage?.name ?? values.stage ?? "");
  if (place === undefined || logging === undefined) {
    const why = target.checks.filter(({ status }) => status !== "ok").map(({ detail }) => detail);
    throw new Error(
      `account and logs bucket are not known: ${why.join("; ") || "name --stage or --logs-bucket"}`,
    );
  }
  const json = values.json === true;
  const say = (text: string) => (json ? io.stderr : io.stdout).write(text);
  say(`account ${place.account}, ${place.region}, bucket ${logging.bucketName}\n`);
  const { plan, ended } = await enableLogging(
    clients,
    logging,
    { destination, replace: values.replace === true },
    {
      confirm: async (proposed) => {
        say(renderPlan(proposed));
        return values.yes === true || (await askOnTerminal(io));
      },
      applied: ({ kind }) => say(`done: ${kind}\n`),
      sleep: (ms) => sleep(ms),
    },
  );
  if (ended.kind === "blocked" || ended.kind === "unchanged") say(renderPlan(plan));
  const { code, text } = describeEnd(ended);
  if (json)
    io.stdout.write(
      `${JSON.stringify({ ...place, logsBucket: logging.bucketName, plan: planDocument(plan), ended: ended.kind, text })}\n`,
    );
  say(`${oneLine(text)}\n`);
  return code;
}

/** `bellwether doctor`: what is well, what is not and what nobody could look at; or turns Bedrock's logging on. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("doctor", args, OPTIONS);
  if (positionals.length > 0)
    throw new UsageError(`unexpected "${positionals[0]}"; see \`bellwether help doctor\``);
  const destination = destinationOf(values);
  const clients = clientsOf(values.region);
  const target = await targetOf(clients, values);
  if (destination !== undefined) return enable(clients, target, destination, values, io);
  const checks = await diagnose(clients, target, { now: Date.now(), judge: values.judge === true });
  const healthy = checks.every(({ status }) => status !== "problem");
  const { place, stage, logsBucket } = target;
  const document = {
    ok: healthy,
    account: place?.account ?? null,
    region: target.region ?? null,
    stage: stage?.name ?? null,
    logsBucket: logsBucket ?? null,
    checks,
  };
  io.stdout.write(values.json === true ? `${JSON.stringify(document)}\n` : renderChecks(checks, io));
  return healthy ? 0 : 1;
}
