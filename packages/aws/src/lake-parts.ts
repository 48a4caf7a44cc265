import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { LakePart } from "@bellwether/core/lake/compaction-plan";
import type { LakeTable } from "@bellwether/core/lake/tables";
import { s3 } from "./clients.ts";
import { environment } from "./environment.ts";
import { objectStore } from "./object-store.ts";

const store = () => objectStore(environment("LAKE_BUCKET"));

/** Parts of a table in key order, hour after hour. */
export async function* listParts(table: LakeTable): AsyncGenerator<LakePart> {
  for await (const part of store().list(`${table}/dt=`)) if (part.key.endsWith(".parquet")) yield part;
}

/** A part with the etag by which it is told from a later one under the same key; `undefined` when it is gone. */
export const readPart = (key: string) => store().read(key);

export async function writePart(key: string, bytes: Uint8Array): Promise<void> {
  await s3().send(
    new PutObjectCommand({
      Bucket: environment("LAKE_BUCKET"),
      Key: key,
      Body: bytes,
      ContentType: "application/vnd.apache.parquet",
    }),
  );
}

/** Deletes a part if it is still the one with this etag; false when it was written anew, true also when it was gone. */
export const deletePart = (key: string, etag: string): Promise<boolean> => store().remove(key, etag);
