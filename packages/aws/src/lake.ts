import { hash } from "node:crypto";
import { GetObjectCommand, NoSuchKey, PutObjectCommand } from "@aws-sdk/client-s3";
import { type LakeRow, type LakeTable, partitionOf } from "@bellwether/core/lake/tables";
import { s3 } from "./clients.ts";
import { environment } from "./environment.ts";
import { encodeParquet } from "./parquet.ts";

/** Short deterministic name of a lake part: the same work writes the same object again. */
export const partName = (...identity: readonly string[]): string =>
  hash("sha1", JSON.stringify(identity), "hex").slice(0, 20);

async function put(key: string, body: Uint8Array | string, contentType: string): Promise<void> {
  await s3().send(
    new PutObjectCommand({
      Bucket: environment("LAKE_BUCKET"),
      Key: key,
      Body: body,
      ContentType: contentType,
    }),
  );
}

/** Writes rows as Parquet parts, one per hour of `at`, under `<table>/dt=/hour=/<part>.parquet`; overwrites on a retry. */
export async function writeLake(table: LakeTable, part: string, rows: readonly LakeRow[]): Promise<void> {
  const byHour = new Map<string, LakeRow[]>();
  for (const row of rows) {
    const partition = partitionOf(Date.parse(String(row.at)));
    const group = byHour.get(partition);
    if (group === undefined) byHour.set(partition, [row]);
    else group.push(row);
  }
  await Promise.all(
    [...byHour].map(([partition, group]) =>
      put(
        `${table}/${partition}/${part}.parquet`,
        encodeParquet(table, group),
        "application/vnd.apache.parquet",
      ),
    ),
  );
}

/** Stores a document (interaction, postmortem) in the lake bucket. */
export const writeDocument = (key: string, text: string, contentType: string): Promise<void> =>
  put(key, text, contentType);

/** Reads a document of the lake bucket, `undefined` when it does not exist. */
export async function readDocument(key: string): Promise<string | undefined> {
  try {
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: environment("LAKE_BUCKET"), Key: key }));
    return await Body?.transformToString("utf8");
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
