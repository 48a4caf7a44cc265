import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { DeliveryError, hourFolderEnd, planDelivery, stampTime } from "@bellwether/local/delivery";
import { createNewest, timesIn } from "@bellwether/local/newest-record";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const HOUR = 3_600_000;
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
const record = (timestamp: string) =>
  JSON.stringify({ schemaType: "ModelInvocationLog", timestamp, requestId: "r" });

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "delivery-"));
});
afterEach(() => rm(dir, { recursive: true }));

const put = async (key: string, content: string | Uint8Array, mtime?: string) => {
  const file = join(dir, key);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  if (mtime !== undefined) await utimes(file, new Date(mtime), new Date(mtime));
};
const plan = async () =>
  (await planDelivery(dir)).objects.map(({ key, at, timedBy }) => ({ key, at: iso(at), timedBy }));

describe("stampTime", () => {
  it.each([
    ["a/20260606T070102Z_0f.json.gz", "2026-06-06T07:01:02.000Z"],
    ["20260606T070102345Z_0f.json.gz", "2026-06-06T07:01:02.345Z"],
    ["20260606T0701023456Z_0f.json.gz", "2026-06-06T07:01:02.345Z"],
    ["logs-20260606T070102Z.jsonl", "2026-06-06T07:01:02.000Z"],
    ["20260606T070102Z/x.json", undefined],
    ["20260631T070102Z_0f.json.gz", undefined],
    ["20260606T250102Z_0f.json.gz", undefined],
    ["120260606T070102Z_0f.json.gz", undefined],
    ["2026-06-06.json", undefined],
  ])("%s → %s", (key, expected) => {
    expect(iso(stampTime(key))).toBe(expected);
  });
});

describe("hourFolderEnd", () => {
  it.each([
    [
      "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/06/06/07/x.json.gz",
      "2026-06-06T08:00:00.000Z",
    ],
    ["2026/12/31/23/x.json", "2027-01-01T00:00:00.000Z"],
    ["2026/06/06/07/more/x.json", undefined],
    ["2026/06/06/24/x.json", undefined],
    ["2026/02/30/07/x.json", undefined],
    ["x.json", undefined],
  ])("%s → %s", (key, expected) => {
    expect(iso(hourFolderEnd(key))).toBe(expected);
  });
});

describe("timesIn", () => {
  it.each([
    [record("2026-06-06T07:00:00Z"), 1],
    [`[${record("2026-06-06T07:00:00Z")},${record("2026-06-06T07:00:01Z")}]`, 2],
    [`${record("2026-06-06T07:00:00Z")}${record("2026-06-06T07:00:01Z")}`, 2],
    ['{"timestamp":"2026-06-06T07:00:00Z","input":{"half', 1],
    ['{"timestamp":"yesterday"}', 0],
    ['{"timestamp":5}', 0],
    ["null", 0],
    ["  ", 0],
    ["garbage", 0],
  ])("finds the times in %s", (line, count) => {
    expect(timesIn(line)).toHaveLength(count);
  });

  it("looks at the record only, not into its bodies", () => {
    expect(timesIn('{"input":{"inputBodyJson":{"timestamp":"2099-01-01T00:00:00Z"}}}')).toEqual([]);
  });
});

describe("createNewest", () => {
  const newestOf = (times: readonly number[]) => {
    const newest = createNewest();
    for (const at of times) newest.add(at);
    return newest.plausible();
  };

  it.each([
    ["nothing", [], undefined],
    ["one record", [5], 5],
    ["a lone record far ahead", [1, 2, 3, 50 * HOUR], 3],
    ["a lone record that comes first", [50 * HOUR, 1, 2, 3], 3],
    ["a lone record that is repeated", [50 * HOUR, 1, 50 * HOUR, 2], 2],
    ["a record two hours ahead", [1, 1 + 2 * HOUR], 1 + 2 * HOUR],
    ["two records together far ahead", [1, 2, 50 * HOUR, 50 * HOUR + 1], 50 * HOUR + 1],
    ["two lone records among few", [1, 2, 50 * HOUR, 90 * HOUR], 50 * HOUR],
    ["two lone records among many", [...Array.from({ length: 30 }, (_, i) => i), 50 * HOUR, 90 * HOUR], 29],
  ])("%s", (_, times, expected) => {
    expect(newestOf(times)).toBe(expected);
  });

  it("is never moved by one odd record, wherever it stands among the others", () => {
    const usual = fc.array(fc.integer({ min: 0, max: 2 * HOUR }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(usual, fc.integer({ min: 5 * HOUR, max: 1e13 }), fc.nat(), (times, odd, position) => {
        const mixed = times.toSpliced(position % (times.length + 1), 0, odd);
        expect(newestOf(mixed)).toBe(Math.max(...times));
      }),
    );
  });
});

describe("planDelivery", () => {
  it("times each object by its name, else its hour folder, else its records, else the file's date", async () => {
    const prefix = "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/06/06";
    await put(`${prefix}/07/20260606T070102Z_0f.json.gz`, gzipSync(record("2026-06-06T07:00:00Z")));
    await put(`${prefix}/06/plain.json.gz`, gzipSync(record("2026-06-06T06:10:00Z")));
    await put("b.jsonl", `${record("2026-06-06T05:00:00Z")}\n${record("2031-01-01T00:00:00Z")}\n`);
    await put("a.jsonl.gz", gzipSync(`${record("2026-06-06T05:00:00Z")}\n\n`));
    await put("none.json", "no records here", "2026-06-01T00:00:00Z");
    expect(await plan()).toEqual([
      { key: "none.json", at: "2026-06-01T00:00:00.000Z", timedBy: "mtime" },
      { key: "a.jsonl.gz", at: "2026-06-06T05:00:00.000Z", timedBy: "records" },
      { key: "b.jsonl", at: "2026-06-06T05:00:00.000Z", timedBy: "records" },
      { key: `${prefix}/06/plain.json.gz`, at: "2026-06-06T07:00:00.000Z", timedBy: "hour" },
      { key: `${prefix}/07/20260606T070102Z_0f.json.gz`, at: "2026-06-06T07:01:02.000Z", timedBy: "name" },
    ]);
  });

  it("leaves out markers, empty and other files, and lists bodies apart", async () => {
    await put("2026/06/06/07/x.json.gz", gzipSync(record("2026-06-06T07:00:00Z")));
    await put("2026/06/06/07/data/r_input.json.gz", gzipSync("{}"));
    await put("2026/06/06/07/data/r_input_media_00.png", "png");
    await put("amazon-bedrock-logs-permission-check", "");
    await put("amazon-bedrock-logs-permission-check.json", "{}");
    await put("empty.json", "");
    await put("README.md", "text");
    const { objects, bodies } = await planDelivery(dir);
    expect(objects.map(({ key }) => key)).toEqual(["2026/06/06/07/x.json.gz"]);
    expect(bodies.map(({ key }) => key)).toEqual([
      "2026/06/06/07/data/r_input.json.gz",
      "2026/06/06/07/data/r_input_media_00.png",
    ]);
  });

  it("reads a damaged gzip up to the damage, and one that is none by its date", async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) =>
      record(new Date(Date.UTC(2026, 5, 6, 7, 0, 0, i)).toISOString()),
    );
    const whole = gzipSync(lines.join("\n"));
    await put("cut.json.gz", whole.subarray(0, whole.length - 500));
    await put("fake.json.gz", "not gzip", "2026-06-01T00:00:00Z");
    const [fake, cut] = await plan();
    expect(fake).toMatchObject({ key: "fake.json.gz", timedBy: "mtime" });
    expect(cut).toMatchObject({ key: "cut.json.gz", timedBy: "records" });
    expect(cut?.at).toMatch(/^2026-06-06T07:00:0/);
  });

  it("survives a link to a folder above", async () => {
    await put("x.json", record("2026-06-06T07:00:00Z"));
    await symlink(dir, join(dir, "again"));
    expect(await plan()).toHaveLength(1);
  });

  it.each([
    ["missing", "nowhere", /nowhere does not exist$/],
    ["not_a_directory", "file.json", /file\.json is not a folder$/],
    ["no_logs", "sub", /sub holds no log files/],
  ])("rejects %s with one sentence", async (reason, name, message) => {
    await put("file.json", "{}");
    await mkdir(join(dir, "sub"));
    const error = await planDelivery(join(dir, name)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DeliveryError);
    expect(error).toMatchObject({ reason, message: expect.stringMatching(message) });
  });
});
