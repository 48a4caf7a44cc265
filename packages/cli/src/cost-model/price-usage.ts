import type { FunctionUsage } from "@bellwether/local/cloud-functions";
import {
  DYNAMODB_READ_UNIT,
  DYNAMODB_WRITE_UNIT,
  EVENTBRIDGE_EVENT,
  LAMBDA_GB_SECOND,
  LAMBDA_REQUEST,
  LOGS_GB,
  PUT_METRIC_DATA,
  S3_GET,
  S3_PUT,
  SNS_PUBLISH,
  SQS_REQUEST,
} from "./list-prices.ts";

/** Services of a bill, in the order they are shown. */
const SERVICES = ["lambda", "dynamodb", "s3", "sqs", "eventbridge", "sns", "cloudwatch", "storage"] as const;
export type Service = (typeof SERVICES)[number];

/** USD by service. */
export type Bill = Readonly<Record<Service, number>>;

/** A bill of `usd` for every service. */
export const billOf = (usd: (service: Service) => number): Bill =>
  Object.fromEntries(SERVICES.map((service) => [service, usd(service)])) as Record<Service, number>;

export const total = (bill: Bill): number => SERVICES.reduce((sum, service) => sum + bill[service], 0);

/** Memory at which Lambda gives a function one whole vCPU (AWS Lambda developer guide, "Configure Lambda function memory"). */
const MB_OF_A_VCPU = 1_769;
/** START, END and REPORT lines of an invocation, bytes. */
const PLATFORM_LOG_BYTES = 450;
const GIB = 2 ** 30;

const count = ({ calls }: FunctionUsage, service: string, ...operations: string[]): number =>
  operations.reduce((sum, operation) => sum + (calls[service]?.[operation] ?? 0), 0);
const countAll = ({ calls }: FunctionUsage, service: string): number =>
  Object.values(calls[service] ?? {}).reduce((sum, n) => sum + n, 0);

/**
 * What the counted requests of a function cost at list prices, without storage. Durations were measured on whole cores,
 * so they are stretched to the share of a core that the function's memory buys, waiting included: an upper bound.
 * `waitSeconds` is added to every invocation.
 */
export function priceUsage(used: FunctionUsage, waitSeconds = 0): Bill {
  const { invocations, billedMs, memoryMb, store, logBytes } = used;
  const stretch = Math.max(1, MB_OF_A_VCPU / memoryMb);
  const gbSeconds = ((billedMs / 1_000) * stretch + invocations * waitSeconds) * (memoryMb / 1_024);
  const reads = count(used, "s3", "GetObject", "HeadObject");
  return {
    lambda: invocations * LAMBDA_REQUEST + gbSeconds * LAMBDA_GB_SECOND,
    dynamodb: store.writeUnits * DYNAMODB_WRITE_UNIT + store.readUnits * DYNAMODB_READ_UNIT,
    s3: reads * S3_GET + (countAll(used, "s3") - reads) * S3_PUT,
    sqs: countAll(used, "sqs") * SQS_REQUEST,
    eventbridge: countAll(used, "eventbridge") * EVENTBRIDGE_EVENT,
    sns: countAll(used, "sns") * SNS_PUBLISH,
    cloudwatch:
      countAll(used, "cloudwatch") * PUT_METRIC_DATA +
      ((logBytes + invocations * PLATFORM_LOG_BYTES) / GIB) * LOGS_GB,
    storage: 0,
  };
}

/** What polling costs for `messages` that `batches` invocations took: ten a receive, ten a deletion. */
export const pollUsd = (messages: number, batches: number): number =>
  2 * Math.max(batches, messages / 10) * SQS_REQUEST;
