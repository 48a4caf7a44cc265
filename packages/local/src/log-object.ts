import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { deterministicId } from "./endpoints/endpoint.ts";
import type { RaisedEvent } from "./endpoints/event-bridge.ts";

/** Larger objects go in parts: the local S3 takes bodies up to 11 MiB. */
const PART_BYTES = 8 * 1024 * 1024;

type CreationReason = "PutObject" | "CompleteMultipartUpload";

/** Writes one object, in parts when it is large, and says by which operation it was created. */
export async function storeObject(
  s3: S3Client,
  Bucket: string,
  Key: string,
  bytes: Uint8Array,
): Promise<CreationReason> {
  if (bytes.length <= PART_BYTES) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: bytes }));
    return "PutObject";
  }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  for (let from = 0; from < bytes.length; from += PART_BYTES) {
    const PartNumber = Parts.length + 1;
    const Body = bytes.subarray(from, from + PART_BYTES);
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
  }
  await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  return "CompleteMultipartUpload";
}

/** The S3 event "Object Created" for the n-th object delivered. */
export function objectCreatedEvent(
  bucket: string,
  key: string,
  bytes: Uint8Array,
  reason: CreationReason,
  n: number,
): RaisedEvent {
  return {
    source: "aws.s3",
    "detail-type": "Object Created",
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: {
        key,
        size: bytes.length,
        etag: createHash("md5").update(bytes).digest("hex"),
        sequencer: n.toString(16).toUpperCase().padStart(16, "0"),
      },
      "request-id": deterministicId("object-created", n).slice(0, 16).replaceAll("-", "").toUpperCase(),
      requester: "bedrock.amazonaws.com",
      reason,
    },
  };
}
