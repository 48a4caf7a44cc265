import { GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { type Answer, ask } from "./answer.ts";
import type { Place } from "./bedrock-access.ts";
import type { Clients } from "./clients.ts";
import { newestObject, permissionCheck, type StoredObject } from "./newest-object.ts";

/** What has arrived, and what should have. */
export interface Delivery {
  /** Newest log object, by S3 or by subscription. */
  readonly log: Answer<StoredObject | undefined>;
  /** When Bedrock wrote its test object. */
  readonly marker: Answer<number | undefined>;
  /** Newest object of the lake's requests_log. */
  readonly lake: Answer<StoredObject | undefined>;
  /** Calls that Bedrock counted from 3 hours to 30 minutes ago. */
  readonly invocations: Answer<number>;
  /** Log records that Bedrock failed to deliver in the last 24 hours. */
  readonly failures: Answer<number>;
}

const MINUTE = 60_000;

/** Sum of everything a metric search finds between two times, ms. */
const summed = (
  { cloudWatch }: Clients,
  search: string,
  start: number,
  end: number,
): Promise<Answer<number>> =>
  ask("cloudwatch:GetMetricData", async () => {
    const { MetricDataResults = [] } = await cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(start),
        EndTime: new Date(end),
        MetricDataQueries: [{ Id: "total", Expression: `SUM(SEARCH('${search}', 'Sum', 300))`, Period: 300 }],
      }),
    );
    return MetricDataResults.flatMap(({ Values = [] }) => Values).reduce((sum, value) => sum + value, 0);
  });

const later = (one: StoredObject | undefined, other: StoredObject | undefined): StoredObject | undefined =>
  one !== undefined && (other === undefined || one.at >= other.at) ? one : other;

/** Looks for what arrived at a stage by `now`, ms. `prefix` is the key prefix that Bedrock was given, with its slash. */
export async function readDelivery(
  clients: Clients,
  place: Place,
  names: { readonly logsBucket: string; readonly lakeBucket: string | undefined; readonly prefix: string },
  now: number,
): Promise<Delivery> {
  const { s3 } = clients;
  const { logsBucket, lakeBucket, prefix } = names;
  const account = `AWSLogs/${place.account}/BedrockModelInvocationLogs/`;
  const [log, marker, lake, invocations, failures] = await Promise.all([
    ask("s3:ListBucket", async () =>
      later(
        await newestObject(s3, logsBucket, `${prefix}${account}${place.region}/`),
        await newestObject(s3, logsBucket, `cloudwatch/${account}${place.region}/`),
      ),
    ),
    ask("s3:ListBucket", () => permissionCheck(s3, logsBucket, `${prefix}${account}`)),
    lakeBucket === undefined
      ? ({ kind: "failed", reason: "no deployed stage names the lake bucket" } as const)
      : ask("s3:ListBucket", () => newestObject(s3, lakeBucket, "requests_log/")),
    summed(clients, '{AWS/Bedrock,ModelId} MetricName="Invocations"', now - 180 * MINUTE, now - 30 * MINUTE),
    summed(
      clients,
      'Namespace="AWS/Bedrock" MetricName=("ModelInvocationLogsS3DeliveryFailure" OR "ModelInvocationLogsCloudWatchDeliveryFailure" OR "ModelInvocationLargeDataS3DeliveryFailure")',
      now - 1_440 * MINUTE,
      now,
    ),
  ]);
  return { log, marker, lake, invocations, failures };
}
