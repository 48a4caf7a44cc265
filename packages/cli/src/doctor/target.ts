import { ask, whyNot } from "./answer.ts";
import type { Place } from "./bedrock-access.ts";
import { type Check, ok, problem } from "./check.ts";
import type { Clients } from "./clients.ts";
import { type DeployedStage, findStages } from "./stage.ts";

/** What the doctor is asked about. */
export interface Asked {
  readonly stage: string | undefined;
  readonly logsBucket: string | undefined;
}

/** Account, stage and bucket that a command line is about, as far as they were found. */
export interface Target {
  readonly region: string | undefined;
  readonly place: Place | undefined;
  readonly stage: DeployedStage | undefined;
  readonly logsBucket: string | undefined;
  readonly checks: readonly Check[];
}

/** Several stages are there and none was named. */
export class AmbiguousStage extends Error {}

const partitionOf = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";

/** The check is called so already. */
const withoutName = (reason: string): string => reason.replace(/^credentials: /, "");

function chosen(stages: readonly DeployedStage[], name: string | undefined): DeployedStage | undefined {
  if (name !== undefined) return stages.find((stage) => stage.name === name);
  if (stages.length > 1)
    throw new AmbiguousStage(
      `several stages: ${stages.map((stage) => stage.name).join(", ")}; say --stage NAME`,
    );
  return stages[0];
}

function stageCheck(stages: readonly DeployedStage[], asked: Asked, region: string): Check {
  const there = stages.length === 0 ? "" : `, only ${stages.map(({ name }) => name).join(", ")}`;
  const what = asked.stage === undefined ? "none" : `no stage ${asked.stage}${there}`;
  return problem(
    "stage",
    `${what} in this account and ${region}`,
    "deploy it, or look elsewhere with --region",
  );
}

/** Finds out who asks, and what for. Throws AmbiguousStage. */
export async function findTarget(clients: Clients, asked: Asked): Promise<Target> {
  const nowhere = { region: undefined, place: undefined, stage: undefined, logsBucket: asked.logsBucket };
  const configured = await ask("", async () => {
    const { accountId } = await clients.lambda.config.credentials();
    return { accountId, region: await clients.lambda.config.region() };
  });
  if (configured.kind !== "known") {
    const todo = "sign in (aws sso login, AWS_PROFILE, …) and name a Region (--region or AWS_REGION)";
    return { ...nowhere, checks: [problem("credentials", withoutName(whyNot(configured)), todo)] };
  }
  const { region } = configured.value;
  const stages = await ask("lambda:ListFunctions", () => findStages(clients));
  const found = stages.kind === "known" ? stages.value : [];
  const stage = chosen(found, asked.stage);
  const account = [...(stage?.functions.values() ?? [])][0]?.split(":")[4] ?? configured.value.accountId;
  const bad = stages.kind === "failed" && stages.reason.startsWith("credentials");
  const who = account === undefined ? `unknown account, ${region}` : `account ${account}, ${region}`;
  const checks = [
    bad ? problem("credentials", withoutName(whyNot(stages)), "sign in again") : ok("credentials", who),
    ...(stages.kind !== "known" && !bad
      ? [{ name: "stage", status: "unknown", detail: whyNot(stages) } as const]
      : []),
    ...(stages.kind === "known" && stage === undefined ? [stageCheck(found, asked, region)] : []),
  ];
  return {
    region,
    place: account === undefined ? undefined : { partition: partitionOf(region), account, region },
    stage,
    logsBucket: asked.logsBucket ?? stage?.variables.LOGS_BUCKET,
    checks,
  };
}
