import { readFileSync } from "node:fs";
import { subscriptionObject } from "@bellwether/core/ingest/subscription";
import { INVOCATION_LOGS } from "@bellwether/core/topology";
import { describe, expect, it } from "vitest";
import { stageWithLogs } from "../../infra/stage.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe("invocation logs of a stage", () => {
  it.each([
    ["s3", 15],
    ["cloudwatch", 2],
    ["both", 15],
    ["unmanaged", 15],
  ] as const)(
    "by %s are late after %d minutes, unless the stage says otherwise",
    (invocationLogs, minutes) => {
      expect(stageWithLogs(invocationLogs).config.lagMinutes).toBe(minutes);
      expect(stageWithLogs(invocationLogs, { lagMinutes: 7 }).config.lagMinutes).toBe(7);
    },
  );

  it("expire wherever they are stored", () => {
    const at = { id: "1", timestamp: 0, message: "{}" };
    const { key } = subscriptionObject({ owner: "111122223333", events: [at] }, "us-east-1");
    for (const prefix of ["AWSLogs/", key.slice(0, key.indexOf("/") + 1)])
      expect(read("infra/buckets.ts")).toMatch(`prefix: "${prefix}", expiresIn: `);
  });

  it("have names that AWS takes in every Region", () => {
    // IAM: 64 characters of A-Za-z0-9 and +=,.@-_; CloudWatch Logs: 512 of A-Za-z0-9 and -_/.#
    expect(INVOCATION_LOGS.role("preprod", "ap-southeast-1")).toMatch(/^[\w+=,.@-]{1,64}$/);
    expect(INVOCATION_LOGS.logGroup("preprod")).toMatch(/^[\w\-/.#]{1,512}$/);
    // Values that PutRetentionPolicy takes.
    expect([1, 3, 5, 7, 14, 30, 60, 90]).toContain(INVOCATION_LOGS.logGroupDays);
  });
});
