import type { Measured } from "@bellwether/cli/cost-model/measure-traffic";
import { billPerRequest, costDocument, DEFAULT_SCENARIO } from "@bellwether/cli/cost-model/model";
import { priceUsage, total } from "@bellwether/cli/cost-model/price-usage";
import { unitCosts } from "@bellwether/cli/cost-model/unit-costs";
import type { FunctionUsage } from "@bellwether/local/cloud-functions";
import { describe, expect, it } from "vitest";

const used = (fields: Partial<FunctionUsage> = {}): FunctionUsage => ({
  invocations: 0,
  errors: 0,
  billedMs: 0,
  memoryMb: 1_769,
  calls: {},
  store: { writeUnits: 0, readUnits: 0, s3Bytes: 0 },
  logBytes: 0,
  ...fields,
});

describe("priceUsage", () => {
  it("prices every kind of request by hand", () => {
    const bill = priceUsage(
      used({
        calls: {
          s3: { GetObject: 1_000, PutObject: 100 },
          sqs: { SendMessageBatch: 1e6 },
          eventbridge: { PutEvents: 1e6 },
          sns: { Publish: 1e6 },
          cloudwatch: { PutMetricData: 1_000 },
        },
        store: { writeUnits: 1e6, readUnits: 1e6, s3Bytes: 0 },
      }),
    );
    expect(bill.s3).toBeCloseTo(0.0004 + 0.0005, 12);
    expect(bill.sqs).toBeCloseTo(0.4, 12);
    expect(bill.eventbridge).toBeCloseTo(1, 12);
    expect(bill.sns).toBeCloseTo(0.5, 12);
    expect(bill.cloudwatch).toBeCloseTo(0.01, 12);
    expect(bill.dynamodb).toBeCloseTo(0.625 + 0.125, 12);
  });

  it("stretches time to the share of a core and adds what every invocation waits", () => {
    const half = priceUsage(used({ invocations: 10, billedMs: 1_000, memoryMb: 884.5 }), 4);
    const gbSeconds = (2 + 40) * (884.5 / 1_024);
    expect(half.lambda).toBeCloseTo(10 * 0.2e-6 + gbSeconds * 0.0000133334, 12);
  });
});

/** A replay in which a record writes two units, an object reads one object, and a judged answer writes five units. */
const replayed = (objects: number, records: number, offloadedBodies = 0): Measured => ({
  objects,
  records,
  judged: records / 20,
  events: records / 100,
  judgeUsd: records / 20 / 250,
  usage: {
    ingest: used({
      calls: { s3: { GetObject: objects + offloadedBodies }, sqs: { SendMessageBatch: records / 20 } },
      store: { writeUnits: 2 * records, readUnits: 0, s3Bytes: 0 },
    }),
    feedback: used(),
    evaluate: used({ store: { writeUnits: records / 4, readUnits: 0, s3Bytes: 0 } }),
  },
});

describe("unitCosts", () => {
  const units = unitCosts(replayed(18, 1_800), replayed(18, 180), replayed(18, 1_800, 3_600));

  it("tells the cost of a record from that of an object", () => {
    expect(units.record.dynamodb).toBeCloseTo(2 * 0.625e-6, 15);
    expect(units.record.s3).toBeCloseTo(0, 15);
    expect(units.object.s3).toBeCloseTo(0.4e-6, 15);
    expect(units.object.eventbridge).toBeCloseTo(1e-6, 15);
  });

  it("counts messages to the judge with the judged answer, not with the record", () => {
    expect(units.record.sqs).toBe(0);
    // One message sent, a tenth of a receive and of a deletion.
    expect(units.judged.sqs).toBeCloseTo(1.2 * 0.4e-6, 15);
    expect(units.judged.dynamodb).toBeCloseTo(5 * 0.625e-6, 15);
  });

  it("adds the reading of offloaded bodies", () => {
    expect(units.offloaded.s3).toBeCloseTo(2 * 0.4e-6, 15);
  });

  it("refuses replays that cannot tell records from objects", () => {
    expect(() => unitCosts(replayed(18, 180), replayed(18, 180), replayed(18, 180))).toThrow("equally many");
  });

  it("adds up to the scenario, and judge tokens and fixed items stay apart", () => {
    const document = costDocument(units, DEFAULT_SCENARIO, { alarms: 2, key: 1 }, {});
    expect(document.usdPerMillion).toBeCloseTo(total(billPerRequest(units, DEFAULT_SCENARIO)) * 1e6, 9);
    expect(Object.values(document.byService).reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(
      document.usdPerMillion,
      9,
    );
    expect(document.judgeUsdPerMillion).toBeCloseTo((0.05 / 250) * 1e6, 9);
    expect(document.fixedUsdPerMonth).toBe(3);
    const one = document.sweep.find(({ varied, value }) => varied === "records per object" && value === 1);
    expect(one?.usdPerMillion).toBeGreaterThan(document.usdPerMillion);
  });
});
