import { hash } from "node:crypto";

/** Log events that a CloudWatch Logs subscription delivered together. */
export interface SubscriptionBatch {
  /** Account of the log group. */
  readonly owner: string;
  readonly events: readonly { readonly id: string; readonly timestamp: number; readonly message: string }[];
}

/** Prefix of log objects that came by CloudWatch Logs. */
const PREFIX = "cloudwatch/";

/** The batch as the log object that Bedrock would have written to S3; the same batch gives the same key and lines again. */
export function subscriptionObject(
  { owner, events }: SubscriptionBatch,
  region: string,
): { readonly key: string; readonly text: string } {
  const newest = events.reduce((latest, { timestamp }) => Math.max(latest, timestamp), 0);
  const iso = new Date(newest).toISOString();
  const name = hash("sha256", events.map(({ id }) => id).join(" "), "hex").slice(0, 16);
  return {
    key: `${PREFIX}AWSLogs/${owner}/BedrockModelInvocationLogs/${region}/${iso.slice(0, 13).replace(/[-T]/g, "/")}/${iso.replace(/[-:.]/g, "")}_${name}.json.gz`,
    // A newline inside a JSON string is escaped, so a bare one is white space of a pretty-printed record.
    text: events.map(({ message }) => `${message.replaceAll(/\r?\n/g, " ")}\n`).join(""),
  };
}

/**
 * Do two source references (`key#line`) name the two destinations of one logging configuration? The copies of a record
 * may then differ, as S3 offloads larger bodies and orders keys otherwise.
 */
export const areTwoDestinations = (one: string, other: string): boolean =>
  one.startsWith(PREFIX) !== other.startsWith(PREFIX);
