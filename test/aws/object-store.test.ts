import { gzipSync } from "node:zlib";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { deletePart, listParts, readPart, writePart } from "@bellwether/aws/lake-parts";
import { readLogLines, readLogObject } from "@bellwether/aws/log-objects";
import { objectStore } from "@bellwether/aws/object-store";
import { createClock } from "@bellwether/local/clock";
import { type Storage, startStorage } from "@bellwether/local/storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const before = { ...process.env };
let storage: Storage;
let s3: S3Client;

beforeAll(async () => {
  storage = await startStorage(createClock(0).buffer);
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_S3: storage.url,
    LAKE_BUCKET: "lake",
    LOGS_BUCKET: "logs",
  });
  s3 = new S3Client({ forcePathStyle: true });
  for (const Bucket of ["lake", "logs"]) await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  process.env = before;
  s3.destroy();
  await storage.stop();
});

describe("lake parts in S3", () => {
  it("are listed in key order, read, written and deleted", async () => {
    const keys = ["02", "01"].map((hour) => `requests_log/dt=2026-06-06/hour=${hour}/a.parquet`);
    for (const key of keys) await writePart(key, Buffer.from(key));
    await writePart("requests_log/dt=2026-06-06/hour=01/a.txt", Buffer.from("no part"));
    const listed = [];
    for await (const part of listParts("requests_log")) listed.push(part);
    expect(listed).toEqual([...keys].sort().map((key) => ({ key, bytes: key.length })));
    const [key = ""] = keys;
    const part = await readPart(key);
    expect(Buffer.from(part?.bytes ?? []).toString()).toBe(key);
    expect(await deletePart(key, part?.etag ?? "")).toBe(true);
    expect(await readPart(key)).toBeUndefined();
    expect(await deletePart(key, part?.etag ?? "")).toBe(true);
  });
});

describe("a scrubbed log object", () => {
  it("says so before its lines, and its lines can still be read", async () => {
    const put = { Bucket: "logs", Key: "a.gz", Body: gzipSync("one\ntwo\n") };
    await s3.send(new PutObjectCommand(put));
    const lines = async () => {
      const kinds = [];
      for await (const line of readLogObject("a.gz")) kinds.push(line.kind);
      return kinds;
    };
    expect(await lines()).toEqual(["line", "line"]);
    const store = objectStore("logs");
    const object = await store.read("a.gz");
    expect(await store.replace("a.gz", gzipSync("\ntwo\n"), object?.etag ?? "")).toBe(true);
    expect(await lines()).toEqual(["scrubbed", "line", "line"]);
    expect(await readLogLines("a.gz", new Set([2]))).toEqual(new Map([[2, "two"]]));
  });
});
