import { userInfo } from "node:os";
import { registryTable } from "@bellwether/aws/registry-table";
import { getRollout, putRollout } from "@bellwether/aws/rollouts-table";
import type { Who } from "@bellwether/core/registry/entry";
import { firstIssue, whoSchema } from "@bellwether/core/registry/fault";
import type { Noted } from "@bellwether/core/registry/notes";
import { nextGeneration, type Rollout } from "@bellwether/core/rollout/document";
import type { Finding } from "@bellwether/core/rollout/finding";
import { UsageError } from "../arguments.ts";
import { type Io, oneLine } from "../output.ts";
import { readLimits } from "./limits.ts";
import type { Values } from "./options.ts";
import { type PromotionProof, promotionProof, renderProof } from "./promotion-proof.ts";
import { enterCanary, noteEnd, putBack } from "./registry.ts";
import { rampLine, trafficLine } from "./show-table.ts";
import { findingOf } from "./stored-finding.ts";
import { type Transition, transition, type Wish } from "./transition.ts";

type Planned = Extract<Transition, { kind: "change" }>;

interface Move {
  readonly app: string;
  readonly wish: Wish;
  readonly who: Who;
  readonly io: Io;
}

function whoOf({ by, reason }: Values): Who {
  const who = {
    by: by ?? process.env.USER ?? userInfo().username,
    at: Date.now(),
    why: reason || "no reason given",
  };
  const wrong = firstIssue(whoSchema, who);
  if (wrong !== undefined) throw new UsageError(`--${wrong.replace(/^why/, "reason")}`);
  return who;
}

const say = (text: string, { stderr }: Io): void => {
  stderr.write(`bellwether: ${oneLine(text)}\n`);
};

function refuse(reason: string, { io }: Move): 1 {
  say(reason, io);
  return 1;
}

/** The document after a planned change. */
function changed(app: string, current: Rollout | undefined, { change, step }: Planned, who: Who): Rollout {
  const next = nextGeneration(current, app, { ...change, at: who.at, by: who.by, reason: who.why });
  return step === undefined || next.ramp === null ? next : { ...next, ramp: { ...next.ramp, step } };
}

const put = (next: Rollout, current: Rollout | undefined): Promise<boolean> =>
  putRollout(next, { generation: current?.generation ?? 0, step: current?.intent?.step ?? "none" });

const lost = (app: string): string =>
  `the rollout of ${app} was moved by somebody else meanwhile; look again with show`;

/** Moves the pointer of an app as a person wishes, and the version registry with it; resolves with the exit code. */
export async function move(app: string, wish: Wish, values: Values, io: Io): Promise<number> {
  const asked: Move = { app, wish, who: whoOf(values), io };
  const limits = wish.action === "promote" ? await readLimits(values.policy) : undefined;
  const current = await getRollout(app);
  const planned = transition(app, current, wish);
  if (planned.kind === "refused") return refuse(planned.reason, asked);
  const next = changed(app, current, planned, asked.who);
  const print = (more: object, text: string): void => {
    const json = { rollout: next, ...more };
    io.stdout.write(values.json === true ? `${JSON.stringify(json)}\n` : `${trafficLine(next)}\n${text}`);
  };
  if (wish.action === "start") {
    const problem = await startWith(next, current, asked);
    if (problem !== undefined) return refuse(problem, asked);
    print({}, next.ramp === null ? "" : `${rampLine(next.ramp)}\n`);
    return 0;
  }
  const proof =
    limits !== undefined && current !== undefined
      ? promotionProof(await evidenceOf(current), limits)
      : undefined;
  if (!(await put(next, current))) return refuse(lost(app), asked);
  print(...printed(proof));
  const canary = current?.canary;
  return wish.action === "advance" || canary == null ? 0 : tell(wish.action, canary, asked);
}

const printed = (proof: PromotionProof | undefined): [object, string] =>
  proof === undefined ? [{}, ""] : [{ evidence: proof }, renderProof(proof)];

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What is not known stops no promotion by people. */
async function evidenceOf(current: Rollout): Promise<Finding | string> {
  if (!process.env.STATE_TABLE) return "STATE_TABLE is not set, so no finding was looked at";
  try {
    return await findingOf(current);
  } catch (error) {
    return `the finding cannot be read: ${oneLine(messageOf(error))}`;
  }
}

const UNHEARD = "so no version registry knows of this";

/** The registry first: what it refuses gets no traffic. Answers in one line why the canary did not start. */
async function startWith(
  next: Rollout,
  current: Rollout | undefined,
  { app, who, io }: Move,
): Promise<string | undefined> {
  const version = next.canary ?? "";
  if (!process.env.REGISTRY_TABLE) {
    say(`REGISTRY_TABLE is not set, ${UNHEARD}`, io);
    return (await put(next, current)) ? undefined : lost(app);
  }
  const entered = await enterCanary(app, version, who, registryTable);
  if (entered.kind === "refused") return `the registry refused: ${entered.reason}`;
  if (entered.kind === "unregistered") say(`${version} of ${app} is not registered, ${UNHEARD}`, io);
  if (await put(next, current)) return undefined;
  if (entered.kind === "unregistered" || entered.moved.length === 0) return lost(app);
  // Whoever was faster may have started the same version.
  if ((await getRollout(app))?.canary === version) return lost(app);
  await putBack(app, version, entered.moved, who, "the rollout was moved by somebody else", registryTable);
  return `${lost(app)}; the registry has ${version} as a candidate again, which needs a new approval`;
}

/** The registry follows the pointer, which is what users see; what it refuses is said. */
async function tell(action: "promote" | "abort", canary: string, { app, who, io }: Move): Promise<number> {
  if (!process.env.REGISTRY_TABLE) {
    say(`REGISTRY_TABLE is not set, ${UNHEARD}`, io);
    return 0;
  }
  const but = (reason: string): 1 => {
    say(`the traffic is moved, but the registry ${reason}; see \`bellwether registry show\``, io);
    return 1;
  };
  let noted: Noted;
  try {
    noted = await noteEnd(action, app, canary, who, registryTable);
  } catch (error) {
    return but(`could not be told: ${messageOf(error)}`);
  }
  if (noted.length === 0) say(`${canary} of ${app} is not registered, ${UNHEARD}`, io);
  const no = noted.flatMap(({ answer }) => (answer.kind === "refused" ? [answer.reason] : []));
  return no.length === 0 ? 0 : but(`refused: ${no.join("; ")}`);
}
