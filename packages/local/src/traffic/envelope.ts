import { ACCOUNT_ID, type KeyOrder, REGION } from "./exchange.ts";

type Json = Readonly<Record<string, unknown>>;

/** What every log record says about its call; absent fields are left out, as Bedrock does. */
export interface EnvelopeFields {
  readonly at: number;
  readonly requestId: string;
  readonly operation: string;
  readonly modelId: string;
  readonly identityArn: string;
  readonly inferenceRegion?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly errorCode?: string;
  readonly input?: Json;
  readonly output?: Json;
}

/** One line of a log object: the record as JSON, whole seconds, in one of the two key orders. */
export function envelopeLine(fields: EnvelopeFields, keyOrder: KeyOrder): string {
  const schema = { schemaType: "ModelInvocationLog", schemaVersion: "1.0" };
  const timestamp = `${new Date(fields.at).toISOString().slice(0, 19)}Z`;
  const { requestId, operation, modelId, errorCode, input, output, inferenceRegion } = fields;
  const identity = { arn: fields.identityArn };
  const requestMetadata = fields.metadata;
  // JSON.stringify leaves undefined fields out.
  return JSON.stringify(
    keyOrder === "schema-first"
      ? {
          ...schema,
          timestamp,
          accountId: ACCOUNT_ID,
          identity,
          region: REGION,
          requestId,
          operation,
          modelId,
          errorCode,
          input,
          output,
          inferenceRegion,
          requestMetadata,
        }
      : {
          timestamp,
          accountId: ACCOUNT_ID,
          region: REGION,
          requestId,
          operation,
          modelId,
          errorCode,
          input,
          output,
          identity,
          inferenceRegion,
          requestMetadata,
          ...schema,
        },
  );
}
