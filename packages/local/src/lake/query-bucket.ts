import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { exportBucket } from "../export-lake.ts";
import type { SqlResult } from "./open-lake.ts";

/** Runs one SELECT over the lake as it stands in a bucket: its parts are copied to a folder for as long as it takes. */
export async function queryBucket(s3: S3Client, bucket: string, sql: string): Promise<SqlResult> {
  // Loaded when somebody asks: most runs never do.
  const { openLake } = await import("./open-lake.ts");
  const dir = await mkdtemp(join(tmpdir(), "bellwether-lake-"));
  try {
    await exportBucket(s3, bucket, dir);
    const lake = await openLake(dir);
    try {
      return await lake.runSql(sql);
    } finally {
      lake.close();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
