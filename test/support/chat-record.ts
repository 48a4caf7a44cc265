import { gzipSync } from "node:zlib";
import { converseBody, HAIKU, type Json, logRecord, userMessages } from "../fixtures/records/build.ts";

/** The day on which every record of these tests happens. */
const DAY = "2026-10-06";
export const DAY_MS = Date.parse(`${DAY}T00:00:00Z`);

export interface Chat {
  readonly id: string;
  /** Event time, ms. */
  readonly at: number;
  readonly variant?: string;
  readonly user?: string;
  readonly answer?: string;
  /** Passages in the prompt, so that faithfulness can be judged. */
  readonly context?: string;
  readonly tags?: Json;
  readonly overrides?: Json;
}

/** A logged Converse call of the app `shop`. */
export function chatRecord(chat: Chat): Json {
  const { id, at, variant, user, answer = "The warranty lasts two years.", context, tags, overrides } = chat;
  const passage = context === undefined ? "" : `<context>${context}</context>\n`;
  return logRecord(
    "Converse",
    {
      input: userMessages(`${passage}How long does the warranty last?`),
      output: converseBody([{ text: answer }]),
    },
    {
      requestId: id,
      timestamp: new Date(at).toISOString(),
      requestMetadata: {
        app: "shop",
        ...(variant === undefined ? {} : { variant, promptVersion: variant }),
        ...(user === undefined ? {} : { user }),
        ...tags,
      },
      ...overrides,
    },
  );
}

/** A failed call of the app `shop`: no bodies, no counts, and no variant unless it is given. */
export function failedChat(id: string, at: number, variant?: string): Json {
  return {
    timestamp: new Date(at).toISOString(),
    region: "us-east-1",
    requestId: id,
    operation: "Converse",
    modelId: HAIKU,
    errorCode: "ThrottlingException",
    requestMetadata: { app: "shop", ...(variant === undefined ? {} : { variant }) },
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
  };
}

export const line = (record: unknown): string => JSON.stringify(record);

/** A gzipped log object of these lines. */
export const zipped = (...lines: readonly string[]): Buffer =>
  gzipSync(lines.map((text) => `${text}\n`).join(""));
