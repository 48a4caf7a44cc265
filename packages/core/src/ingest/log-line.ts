import type { QuarantineReason } from "../records/rejection.ts";

/** One physical line of a log object, or why the line or the rest of the object cannot be read. */
export type LogLine =
  | { readonly kind: "line"; readonly number: number; readonly bytes: Buffer }
  | { readonly kind: "too_long"; readonly number: number; readonly head: Buffer }
  | { readonly kind: "damaged"; readonly reason: QuarantineReason; readonly detail: string };

/** Metadata entry of an object from which lines were taken out (`bellwether forget`): S3 announces it like a new one. */
export const SCRUBBED = "bellwether-scrubbed";

/** A line of an object; a scrubbed object says so first. It was read long ago and is not to be read again. */
export type ObjectLine = LogLine | { readonly kind: "scrubbed" };

/** An offloaded body, or why it was not read; only the logs bucket itself is ever read. */
export type OffloadedBody =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly reason: "foreign_bucket" | "missing" | "unreadable" };
