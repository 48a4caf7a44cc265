import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { LakePart } from "@bellwether/core/lake/compaction-plan";
import type { LakeTable } from "@bellwether/core/lake/tables";
import { s3 } from "./clients.ts";
import { environment } from "./environment.ts";

const bucket = (): string => environment("LAKE_BUCKET");

const isStatus = (error: unknown, status: number): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === status;

/** Parts of a table in key order, hour after hour. */
export async function* listParts(table: LakeTable): AsyncGenerator<LakePart> {
  const pages = paginateListObjectsV2({ client: s3() }, { Bucket: bucket(), Prefix: `${table}/dt=` });
  for await (const { Contents = [] } of pages) {
    for (const { Key: key, Size: bytes = 0 } of Contents) {
      if (key?.endsWith(".parquet")) yield { key, bytes };
    }
  }
}

/** A part with the etag by which it is told from a later one under the same key; `undefined` when it is gone. */
export async function readPart(key: string): Promise<{ bytes: Uint8Array; etag: string } | undefined> {
  try {
    const { Body, ETag } = await s3().send(new GetObjectCommand({ Bucket: bucket(), Key: key }));
    if (Body === undefined || ETag === undefined) throw new Error(`${key} came without a body or an etag`);
    return { bytes: await Body.transformToByteArray(), etag: ETag };
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

export async function writePart(key: string, bytes: Uint8Array): Promise<void> {
  await s3().send(
    new PutObjectCommand({
      Bucket: bucket(),
      Key: key,
      Body: bytes,
      ContentType: "application/vnd.apache.parquet",
    }),
  );
}

/** Deletes a part if it is still the one with this etag; false when it was written anew, true also when it was gone. */
export async function deletePart(key: string, etag: string): Promise<boolean> {
  try {
    await s3().send(new DeleteObjectCommand({ Bucket: bucket(), Key: key, IfMatch: etag }));
    return true;
  } catch (error) {
    if (isStatus(error, 412)) return false;
    if (isStatus(error, 404)) return true;
    throw error;
  }
}
