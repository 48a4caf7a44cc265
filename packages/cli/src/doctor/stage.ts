import { type FunctionConfiguration, paginateListFunctions } from "@aws-sdk/client-lambda";
import { type Config, parseConfig } from "@bellwether/core/config/config";
import { NAMESPACE } from "@bellwether/core/metrics";
import type { EnvironmentName } from "@bellwether/core/topology";
import type { Clients } from "./clients.ts";

type Variables = Readonly<Partial<Record<EnvironmentName, string>>>;

/** A deployed stage: what its functions are called and what their environment names. */
export interface DeployedStage {
  readonly name: string;
  /** ARNs by topology name. */
  readonly functions: ReadonlyMap<string, string>;
  readonly variables: Variables;
  /** Undefined when it does not parse. */
  readonly config: Config | undefined;
}

/** `bellwether-STAGE-IngestFunction-abcd`: app, stage and component have no hyphens of their own but the stage's. */
const stageOf = (functionName: string): string | undefined =>
  /^bellwether-(.+)-\w+-\w+$/.exec(functionName)?.[1];

function configOf(text: string | undefined): Config | undefined {
  if (text === undefined) return undefined;
  try {
    return parseConfig(JSON.parse(text));
  } catch {
    // The check of the configuration says so.
    return undefined;
  }
}

/** Every stage of Bellwether in the account and Region, by its functions. */
export async function findStages({ lambda }: Clients): Promise<DeployedStage[]> {
  const stages = new Map<string, { functions: Map<string, string>; variables: Variables }>();
  for await (const page of paginateListFunctions({ client: lambda }, {})) {
    for (const { FunctionName = "", FunctionArn = "", Environment } of page.Functions ??
      ([] as FunctionConfiguration[])) {
      const variables = Environment?.Variables ?? {};
      const { POWERTOOLS_METRICS_NAMESPACE, POWERTOOLS_SERVICE_NAME, ...named } = variables;
      const stage = stageOf(FunctionName);
      if (POWERTOOLS_METRICS_NAMESPACE !== NAMESPACE || POWERTOOLS_SERVICE_NAME === undefined) continue;
      if (stage === undefined) continue;
      const found = stages.get(stage) ?? { functions: new Map(), variables: named };
      found.functions.set(POWERTOOLS_SERVICE_NAME, FunctionArn);
      stages.set(stage, found);
    }
  }
  return [...stages].map(([name, { functions, variables }]) => ({
    name,
    functions,
    variables,
    config: configOf(variables.BELLWETHER_CONFIG),
  }));
}
