import type { FunctionName } from "@bellwether/core/topology";
import { DYNAMODB_GB_MONTH, EVENTBRIDGE_EVENT, S3_GB_MONTH, SQS_REQUEST } from "./list-prices.ts";
import type { Measured } from "./measure-traffic.ts";
import { type Bill, billOf, pollUsd, priceUsage } from "./price-usage.ts";

/** Seconds that a batch of judge calls takes; the stand-in answers at once, a model does not. */
export const JUDGE_SECONDS = 4;
/** Months that Parquet is kept on the stage `prod`, and days that request items live. */
export const LAKE_MONTHS = 13;
const ITEM_MONTHS = 35 / 30;
/** A request item, and its share of scores and windows, bytes (design: at most 1 KB). */
const ITEM_BYTES = 1_024;
const GIB = 2 ** 30;

/** USD of one more record, log object, judged answer, feedback event, and offloaded record. */
export interface UnitCosts {
  readonly record: Bill;
  readonly object: Bill;
  readonly judged: Bill;
  readonly event: Bill;
  readonly offloaded: Bill;
  /** Tokens of one judged answer; null when the judge's model is unpriced. */
  readonly judgeTokens: number | null;
}

const usageOf = (measured: Measured, name: FunctionName) => {
  const used = measured.usage[name];
  if (used === undefined) throw new Error(`the replay did not run ${name}`);
  return used;
};

/** Bill of ingest without what it spends on requests that are judged. */
function ingestBill(measured: Measured): Bill {
  const bill = priceUsage(usageOf(measured, "ingest"));
  return { ...bill, sqs: 0 };
}

const storedGb = (measured: Measured): number =>
  (["ingest", "feedback", "evaluate"] as const).reduce(
    (sum, name) => sum + usageOf(measured, name).store.s3Bytes,
    0,
  ) / GIB;

/**
 * Solves two replays, one with many and one with few records per object, for the cost of a record and of an object; the
 * third, with offloaded bodies, is the first plus those bodies.
 */
export function unitCosts(dense: Measured, sparse: Measured, offloaded: Measured): UnitCosts {
  const many = ingestBill(dense);
  const few = ingestBill(sparse);
  const moved = ingestBill(offloaded);
  const determinant = dense.records * sparse.objects - sparse.records * dense.objects;
  if (determinant <= 0) throw new Error("the two replays hold equally many records per object");
  const object = billOf((service) =>
    Math.max(0, (dense.records * few[service] - sparse.records * many[service]) / determinant),
  );
  const record = billOf((service) =>
    Math.max(0, (many[service] - object[service] * dense.objects) / dense.records),
  );
  const evaluate = usageOf(dense, "evaluate");
  const judging = priceUsage(evaluate, JUDGE_SECONDS);
  const sending = priceUsage(usageOf(dense, "ingest")).sqs;
  const feedback = usageOf(dense, "feedback");
  const voting = priceUsage(feedback);
  return {
    record: {
      ...record,
      storage:
        (storedGb(dense) / dense.records) * S3_GB_MONTH * LAKE_MONTHS +
        (ITEM_BYTES / GIB) * DYNAMODB_GB_MONTH * ITEM_MONTHS,
    },
    object: {
      ...object,
      eventbridge: object.eventbridge + EVENTBRIDGE_EVENT,
      sqs: SQS_REQUEST + pollUsd(1, 1),
    },
    judged: billOf(
      (service) =>
        (judging[service] + (service === "sqs" ? sending + pollUsd(dense.judged, evaluate.invocations) : 0)) /
        dense.judged,
    ),
    event: billOf(
      (service) =>
        (voting[service] +
          (service === "eventbridge" ? dense.events * EVENTBRIDGE_EVENT : 0) +
          (service === "sqs"
            ? dense.events * SQS_REQUEST + pollUsd(dense.events, feedback.invocations)
            : 0)) /
        dense.events,
    ),
    offloaded: billOf((service) => Math.max(0, (moved[service] - many[service]) / offloaded.records)),
    judgeTokens: dense.judgeUsd === null ? null : dense.judgeUsd / dense.judged,
  };
}
