import { type Answer, whyNot } from "./answer.ts";
import { putLog, writesLogs } from "./bedrock-access.ts";
import { blocked, changing, joined, NOTHING, noting, type Plan } from "./change.ts";
import type { LoggingState } from "./logging-state.ts";
import { allowing, isConfined, mayDeny, type PolicyDocument, parsePolicy } from "./policy-document.ts";

const unseen = (what: string, answer: Exclude<Answer<unknown>, { readonly kind: "known" }>): Plan =>
  blocked(`${what} cannot be seen: ${whyNot(answer)}`);

/** The policy with our statement in it; every other statement stays, in its place. */
function withStatement(document: PolicyDocument, prefixes: readonly string[], state: LoggingState): string {
  const ours = writesLogs(state.bucketName, prefixes, state.place);
  const others = document.Statement.filter(({ Sid }) => Sid !== ours.Sid);
  return JSON.stringify({ ...document, Statement: [...others, ours] });
}

function planPolicy(state: LoggingState, prefixes: readonly string[]): Plan {
  const { bucketPolicy, bucketName, place } = state;
  if (bucketPolicy.kind !== "known") return unseen(`the policy of bucket ${bucketName}`, bucketPolicy);
  const before = bucketPolicy.value;
  const document = before === undefined ? { Version: "2012-10-17", Statement: [] } : parsePolicy(before);
  if (document === undefined)
    return blocked(`the policy of bucket ${bucketName} has a form that is not understood; change it by hand`);
  const requests = prefixes.map((prefix) => putLog(bucketName, prefix, place));
  const denies = requests.flatMap((request) => mayDeny(document, request));
  const warned =
    denies.length === 0
      ? NOTHING
      : noting(
          `the policy of bucket ${bucketName} has Deny statements that may hit Bedrock: ${denies.map(({ Sid = "without Sid" }) => Sid).join(", ")}`,
        );
  const allowed = requests.every((request) => {
    const statement = allowing(document, request);
    return statement !== undefined && isConfined(statement);
  });
  if (allowed) return warned;
  const after = withStatement(document, prefixes, state);
  return joined(changing({ kind: "bucket-policy", bucket: bucketName, before, after }), warned);
}

function planEvents({ notification, bucketName }: LoggingState): Plan {
  if (notification.kind !== "known") return unseen(`notifications of bucket ${bucketName}`, notification);
  const before = notification.value;
  if (before.EventBridgeConfiguration !== undefined) return NOTHING;
  const after = { ...before, EventBridgeConfiguration: {} };
  return changing({ kind: "bucket-events", bucket: bucketName, before, after });
}

/** A key's policy is its owner's; Bedrock writes a test object and refuses a configuration that it cannot serve. */
function planEncryption({ encryption, bucketName }: LoggingState): Plan {
  if (encryption.kind !== "known" || !encryption.value.kms) return NOTHING;
  const { keyId } = encryption.value;
  return noting(
    keyId === undefined
      ? `bucket ${bucketName} is encrypted with the key that AWS manages for S3, whose policy nobody can change: give it a key of your own, or SSE-S3`
      : `bucket ${bucketName} is encrypted with ${keyId}: the key's policy must allow bedrock.amazonaws.com kms:GenerateDataKey; it is not looked at here`,
  );
}

/** Makes the bucket one that Bedrock may write to below the prefixes, and whose new objects are announced. */
export function planBucket(state: LoggingState, prefixes: readonly string[]): Plan {
  const { bucket, bucketName, place } = state;
  if (bucket.kind !== "known") return unseen(`bucket ${bucketName}`, bucket);
  if (bucket.value === undefined)
    return blocked(`bucket ${bucketName} does not exist; deploy the stage first`);
  const { region } = bucket.value;
  if (region !== place.region)
    return blocked(
      `bucket ${bucketName} is in ${region}, and Bedrock of ${place.region} logs to buckets of its own Region only`,
    );
  return joined(planPolicy(state, prefixes), planEvents(state), planEncryption(state));
}
