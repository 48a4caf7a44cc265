import type { RuleTarget } from "@bellwether/core/topology";
import type { VirtualClock } from "./clock.ts";
import { startDynamo } from "./dynamo.ts";
import { type AthenaOptions, startAthena } from "./endpoints/athena.ts";
import { type BedrockOptions, startBedrock } from "./endpoints/bedrock.ts";
import { type CloudWatch, startCloudWatch } from "./endpoints/cloudwatch.ts";
import { type BusEvent, type EventBridge, startEventBridge } from "./endpoints/event-bridge.ts";
import { type Ssm, startSsm } from "./endpoints/ssm.ts";
import { APP_BUS } from "./physical-names.ts";
import { eventRules } from "./rules.ts";
import { type Storage, startStorage } from "./storage.ts";

/** Suffixes of `AWS_ENDPOINT_URL_*`, as the SDKs name them. */
export const SERVICES = [
  "S3",
  "SQS",
  "SNS",
  "DYNAMODB",
  "EVENTBRIDGE",
  "CLOUDWATCH",
  "BEDROCK_RUNTIME",
  "SSM",
  "ATHENA",
] as const;
type ServiceName = (typeof SERVICES)[number];

/** Services that another emulator, or AWS itself, may serve; the virtual clock and the deliveries live in the others. */
const REPLACEABLE: readonly ServiceName[] = ["S3", "DYNAMODB", "BEDROCK_RUNTIME", "ATHENA"];

export interface LocalEndpoints {
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** Whether any service is served from outside, so that the caller's credentials matter. */
  readonly external: boolean;
  readonly storage: Storage;
  readonly cloudwatch: CloudWatch;
  readonly eventBridge: EventBridge;
  readonly ssm: Ssm;
  stop(): Promise<void>;
}

export interface LocalEndpointsOptions {
  readonly clock: VirtualClock;
  readonly logsBucket: string;
  readonly bedrock: Pick<BedrockOptions, "answer" | "faults">;
  readonly runSql: AthenaOptions["runSql"];
  readonly deliver: (target: RuleTarget, event: BusEvent) => Promise<void>;
  readonly onStateChange: (event: BusEvent) => void;
  /** Environment in which an already set `AWS_ENDPOINT_URL_*` replaces ours. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** An `AWS_ENDPOINT_URL_*` names a service that the local cloud cannot give away. */
export class EndpointError extends Error {
  override readonly name = "EndpointError";
}

/** Starts an endpoint on 127.0.0.1 for every service whose `AWS_ENDPOINT_URL_*` is not set; rejects with EndpointError for one that cannot be replaced. */
export async function startEndpoints(options: LocalEndpointsOptions): Promise<LocalEndpoints> {
  const { clock, logsBucket, bedrock, runSql, deliver, onStateChange, environment } = options;
  const given = (service: ServiceName) => environment[`AWS_ENDPOINT_URL_${service}`];
  const fixed = SERVICES.find((service) => given(service) !== undefined && !REPLACEABLE.includes(service));
  if (fixed !== undefined) {
    throw new EndpointError(
      `AWS_ENDPOINT_URL_${fixed} is set, but a local run needs its own ${fixed}: unset it`,
    );
  }
  const started: { stop(): Promise<void> }[] = [];
  const keep = <Endpoint extends { stop(): Promise<void> }>(endpoint: Endpoint): Endpoint => {
    started.push(endpoint);
    return endpoint;
  };
  const stop = async () => {
    await Promise.all(started.map((endpoint) => endpoint.stop()));
  };
  try {
    const [storage, cloudwatch, eventBridge, ssm, dynamodb, bedrockUrl, athenaUrl] = await Promise.all([
      startStorage(clock.buffer).then(keep),
      startCloudWatch({ clock, onStateChange }).then(keep),
      startEventBridge({ clock, rules: eventRules(logsBucket), deliver, buses: { [APP_BUS]: "app" } }).then(
        keep,
      ),
      startSsm().then(keep),
      given("DYNAMODB") ?? startDynamo().then((dynamo) => keep(dynamo).url),
      given("BEDROCK_RUNTIME") ?? startBedrock({ clock, ...bedrock }).then((endpoint) => keep(endpoint).url),
      given("ATHENA") ?? startAthena({ clock, runSql }).then((endpoint) => keep(endpoint).url),
    ]);
    return {
      urls: {
        S3: given("S3") ?? storage.url,
        SQS: storage.url,
        SNS: storage.url,
        DYNAMODB: dynamodb,
        EVENTBRIDGE: eventBridge.url,
        CLOUDWATCH: cloudwatch.url,
        BEDROCK_RUNTIME: bedrockUrl,
        SSM: ssm.url,
        ATHENA: athenaUrl,
      },
      external: REPLACEABLE.some((service) => given(service) !== undefined),
      storage,
      cloudwatch,
      eventBridge,
      ssm,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
