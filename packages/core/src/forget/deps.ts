import type { PartCodec } from "../lake/part-codec.ts";

/** A bucket, or a folder that stands for one. */
export interface ObjectStore {
  /** Keys with a prefix in order. */
  readonly list: (prefix: string) => AsyncIterable<{ readonly key: string; readonly bytes: number }>;
  readonly read: (key: string) => Promise<{ readonly bytes: Uint8Array; readonly etag: string } | undefined>;
  /** False when the object is no longer the one with this etag. */
  readonly replace: (key: string, bytes: Uint8Array, etag: string) => Promise<boolean>;
  /** False when the object is no longer the one with this etag; true when it is gone. */
  readonly remove: (key: string, etag: string) => Promise<boolean>;
}

/** The person's items in DynamoDB; each says how many items it removed or changed. */
export interface PersonalItems {
  readonly deleteRequest: (requestId: string) => Promise<number>;
  readonly withdrawVote: (requestId: string, user: string) => Promise<number>;
  readonly deleteKnownUser: (app: string, user: string) => Promise<number>;
  readonly deleteReviews: (app: string, requestIds: ReadonlySet<string>) => Promise<number>;
}

export interface ForgetDeps {
  /** Rows by column name. */
  readonly select: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly lake: ObjectStore;
  /** Undefined where nobody said where the logs are. */
  readonly logs: (ObjectStore & { readonly bucket: string | undefined }) | undefined;
  /** Undefined where there is no stage. */
  readonly items: PersonalItems | undefined;
  readonly codec: PartCodec;
  /** Throws for what is damaged or far too large. */
  readonly unzip: (bytes: Uint8Array) => Uint8Array;
  readonly zip: (bytes: Uint8Array) => Uint8Array;
  readonly onProgress: (what: string) => void;
}
