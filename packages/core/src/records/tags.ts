import type { Tags } from "./invocation.ts";
import { asObject } from "./json.ts";

const OPTIONAL_TAGS = [
  "env",
  "user",
  "session",
  "promptVersion",
  "variant",
  "tenant",
  "feature",
  "traceId",
] as const;

/** Longest tag value that is read, characters; Bedrock accepts no longer one in `requestMetadata`. */
const MAX_TAG_LENGTH = 256;

/** Reads the app's tags out of `requestMetadata`, non-blank strings of at most 256 characters only; `app` defaults to the principal, else `unknown`. */
export function readTags(requestMetadata: unknown, principal: string | undefined): Tags {
  const metadata = asObject(requestMetadata);
  const tags: { -readonly [K in keyof Tags]: Tags[K] } = {
    app: readTag(metadata?.app) ?? principal?.toWellFormed() ?? "unknown",
  };
  if (metadata === undefined) return tags;
  for (const name of OPTIONAL_TAGS) {
    const value = readTag(metadata[name]);
    if (value !== undefined) tags[name] = value;
  }
  return tags;
}

function readTag(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > MAX_TAG_LENGTH) return undefined;
  // Nearly every value starts with a visible character; only the others need the regular expression.
  // A lone surrogate cannot be stored; as a replacement character it still names one segment.
  return value.charCodeAt(0) > 0x20 || /\S/.test(value) ? value.toWellFormed() : undefined;
}

/** The role or user name in an IAM or STS identity ARN; undefined for other identities such as the account root. */
export function principalOf(arn: string): string | undefined {
  if (!arn.startsWith("arn:")) return undefined;
  const resource = arn.slice(arn.lastIndexOf(":") + 1);
  const type = resource.slice(0, resource.indexOf("/"));
  const path = resource.slice(type.length + 1);
  switch (type) {
    case "assumed-role": // followed by role-name/session-name
      return path.split("/", 1)[0] || undefined;
    case "role":
    case "user":
    case "federated-user":
      // IAM roles and users may carry a path before the name.
      return path.slice(path.lastIndexOf("/") + 1) || undefined;
    default:
      return undefined;
  }
}
