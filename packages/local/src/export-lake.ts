import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";

/** Objects copied at the same time. */
const CONCURRENCY = 8;

/** Copies every object of `bucket` into `dir` under its key and gives their number; throws RangeError for a key that leads outside. */
export async function exportBucket(s3: S3Client, bucket: string, dir: string): Promise<number> {
  const root = resolve(dir);
  await mkdir(root, { recursive: true });
  let copied = 0;
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
    const keys = (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    for (let from = 0; from < keys.length; from += CONCURRENCY) {
      await Promise.all(keys.slice(from, from + CONCURRENCY).map((key) => copyObject(s3, bucket, key, root)));
    }
    copied += keys.length;
  }
  return copied;
}

async function copyObject(s3: S3Client, Bucket: string, Key: string, root: string): Promise<void> {
  const file = join(root, Key);
  if (!file.startsWith(root + sep)) throw new RangeError(`the key ${Key} leads outside ${root}`);
  await mkdir(dirname(file), { recursive: true });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  await pipeline(Body as Readable, createWriteStream(file));
}
