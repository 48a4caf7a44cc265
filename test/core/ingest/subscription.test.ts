import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { areTwoDestinations, subscriptionObject } from "@bellwether/core/ingest/subscription";
import { planDelivery } from "@bellwether/local/delivery";
import { describe, expect, it } from "vitest";

const event = (id: string, at: string, message: string) => ({ id, timestamp: Date.parse(at), message });
const batch = {
  owner: "111122223333",
  events: [
    event("1", "2026-10-06T07:59:59.900Z", '{"requestId":"a"}'),
    event("2", "2026-10-06T08:00:01.250Z", '{\n  "requestId": "b"\n}'),
  ],
};

describe("subscriptionObject", () => {
  const object = subscriptionObject(batch, "eu-west-1");

  it("is named by its newest event like an object of Bedrock's, and the same again on a retry", () => {
    expect(object.key).toMatch(
      /^cloudwatch\/AWSLogs\/111122223333\/BedrockModelInvocationLogs\/eu-west-1\/2026\/10\/06\/08\/20261006T080001250Z_[0-9a-f]{16}\.json\.gz$/,
    );
    expect(subscriptionObject(batch, "eu-west-1")).toEqual(object);
    const other = { ...batch, events: batch.events.slice(0, 1) };
    expect(subscriptionObject(other, "eu-west-1").key).not.toBe(object.key);
  });

  it("holds one record a line, also where one was pretty-printed", () => {
    const lines = object.text.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([{ requestId: "a" }, { requestId: "b" }]);
  });

  it("can be replayed from a copy of the bucket, with its own time of delivery", async () => {
    const dir = await mkdtemp(join(tmpdir(), "bellwether-subscription-"));
    try {
      const file = join(dir, object.key);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, gzipSync(object.text));
      const { objects } = await planDelivery(dir);
      expect(objects.map(({ at }) => new Date(at).toISOString())).toEqual(["2026-10-06T08:00:01.250Z"]);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});

describe("areTwoDestinations", () => {
  it.each([
    ["cloudwatch/a.gz#1", "AWSLogs/b.gz#1", true],
    ["AWSLogs/b.gz#1", "cloudwatch/a.gz#1", true],
    ["AWSLogs/a.gz#1", "AWSLogs/b.gz#1", false],
    ["cloudwatch/a.gz#1", "cloudwatch/b.gz#1", false],
  ])("%s and %s: %s", (one, other, expected) => {
    expect(areTwoDestinations(one, other)).toBe(expected);
  });
});
