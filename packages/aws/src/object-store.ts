import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { ObjectStore } from "@bellwether/core/forget/deps";
import { SCRUBBED } from "@bellwether/core/ingest/log-line";
import { s3 } from "./clients.ts";

const isStatus = (error: unknown, ...statuses: readonly number[]): boolean =>
  error instanceof S3ServiceException && statuses.includes(error.$metadata.httpStatusCode ?? 0);

/** The objects of a bucket; what is replaced carries the mark of a scrubbed object. */
export function objectStore(bucket: string): ObjectStore {
  return {
    async *list(prefix) {
      const pages = paginateListObjectsV2({ client: s3() }, { Bucket: bucket, Prefix: prefix });
      for await (const { Contents = [] } of pages) {
        for (const { Key: key, Size: bytes = 0 } of Contents) if (key !== undefined) yield { key, bytes };
      }
    },
    read: async (key) => {
      try {
        const { Body, ETag } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        if (Body === undefined || ETag === undefined)
          throw new Error(`${key} came without a body or an etag`);
        return { bytes: await Body.transformToByteArray(), etag: ETag };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    replace: async (key, bytes, etag) => {
      try {
        await s3().send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: bytes,
            IfMatch: etag,
            Metadata: { [SCRUBBED]: "lines" },
          }),
        );
        return true;
      } catch (error) {
        // 404: deleted meanwhile, 409: another write is under way.
        if (isStatus(error, 404, 409, 412)) return false;
        throw error;
      }
    },
    remove: async (key, etag) => {
      try {
        await s3().send(new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag }));
        return true;
      } catch (error) {
        if (isStatus(error, 409, 412)) return false;
        if (isStatus(error, 404)) return true;
        throw error;
      }
    },
  };
}
