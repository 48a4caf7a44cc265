import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import { NAMESPACE } from "@bellwether/core/metrics";
import { FUNCTIONS, type FunctionName, type QueueName, SCHEDULES } from "@bellwether/core/topology";
import { productEnvironment } from "@bellwether/local/function-environment";
import { bucketName, functionName, queueArn, queueName } from "@bellwether/local/physical-names";
import type { Package } from "./bundle.ts";
import type { Clients } from "./clients.ts";
import { functionRole } from "./roles.ts";

export interface FunctionSettings {
  /** Where every service but Bedrock is. */
  readonly url: string;
  readonly bedrockUrl: string;
  /** Becomes BELLWETHER_CONFIG. */
  readonly config: unknown;
  readonly packages: Readonly<Record<FunctionName, Package>>;
}

interface Consumer {
  readonly sources?: readonly {
    readonly queue: QueueName;
    readonly batchSize: number;
    readonly windowSeconds: number;
    readonly maxConcurrency: number;
  }[];
}

const scheduled = new Set<FunctionName>(Object.values(SCHEDULES).map((schedule) => schedule.function));

/** What every function reads: the topology's variables, and where AWS is. */
export const functionEnvironment = ({ url, bedrockUrl, config }: Omit<FunctionSettings, "packages">) => ({
  ...productEnvironment({
    sqsUrl: url,
    logsBucket: bucketName("logs"),
    config,
    rollbackPolicyFile: "policies/rollback-policy.yaml",
    budgetPolicyFile: "policies/budgets.yaml",
    rubricsFile: "policies/rubrics.yaml",
  }),
  AWS_ENDPOINT_URL: url,
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrockUrl,
});

/** Creates every function of the topology with its role, environment and event source mappings, as infra does. */
export async function createFunctions(clients: Clients, settings: FunctionSettings): Promise<void> {
  const names = Object.keys(FUNCTIONS) as FunctionName[];
  await Promise.all(names.map((name) => createFunction(clients, name, settings)));
}

async function createFunction({ lambda }: Clients, name: FunctionName, settings: FunctionSettings) {
  const {
    memoryMb,
    timeoutSeconds,
    sources = [],
  }: Consumer & (typeof FUNCTIONS)[FunctionName] = FUNCTIONS[name];
  const FunctionName = functionName(name);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Role: functionRole(name),
      Handler: settings.packages[name].handler,
      Code: { ZipFile: settings.packages[name].zip },
      MemorySize: memoryMb,
      Timeout: timeoutSeconds,
      Environment: {
        Variables: {
          ...functionEnvironment(settings),
          POWERTOOLS_SERVICE_NAME: name,
          POWERTOOLS_METRICS_NAMESPACE: NAMESPACE,
        },
      },
    }),
  );
  await waitUntilFunctionActiveV2(
    { client: lambda, minDelay: 1, maxDelay: 1, maxWaitTime: 60 },
    { FunctionName },
  );
  if (scheduled.has(name)) {
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }));
    await lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName,
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 60,
      }),
    );
  }
  for (const { queue, batchSize, windowSeconds, maxConcurrency } of sources) {
    await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName,
        EventSourceArn: queueArn(queueName(queue)),
        BatchSize: batchSize,
        MaximumBatchingWindowInSeconds: windowSeconds,
        ScalingConfig: { MaximumConcurrency: maxConcurrency },
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      }),
    );
  }
}
