import type { QuarantineReason } from "../records/rejection.ts";

/** One physical line of a log object, or why the line or the rest of the object cannot be read. */
export type LogLine =
  | { readonly kind: "line"; readonly number: number; readonly bytes: Buffer }
  | { readonly kind: "too_long"; readonly number: number; readonly head: Buffer }
  | { readonly kind: "damaged"; readonly reason: QuarantineReason; readonly detail: string };

/** An offloaded body, or why it was not read; only the logs bucket itself is ever read. */
export type OffloadedBody =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly reason: "foreign_bucket" | "missing" | "unreadable" };
