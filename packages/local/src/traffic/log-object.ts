import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

export interface LogObject {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** A batch object of the invocation log as Bedrock writes it to S3: gzipped lines under a key with the delivery time `at` (ms); `sequence` keeps keys of one instant apart. */
export function logObject(
  lines: readonly string[],
  at: number,
  accountId: string,
  region: string,
  sequence: number,
): LogObject {
  const iso = new Date(at).toISOString();
  const hour = iso.slice(0, 13).replace(/[-T]/g, "/");
  const stamp = iso.replace(/[-:.]/g, "");
  const hex = createHash("sha256").update(`${at}|${sequence}`).digest("hex").slice(0, 16);
  return {
    key: `AWSLogs/${accountId}/BedrockModelInvocationLogs/${region}/${hour}/${stamp}_${hex}.json.gz`,
    bytes: gzipSync(lines.map((line) => `${line}\n`).join("")),
  };
}
