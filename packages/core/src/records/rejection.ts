/** Why a line, a record or a whole file is kept aside; the closed list of `quarantine.reason`. */
export const QUARANTINE_REASONS = [
  "not_json",
  "not_object",
  "too_deep",
  "line_too_long",
  "not_model_invocation",
  "unsupported_schema_version",
  "unknown_operation",
  "missing_field",
  "invalid_field",
  "invalid_tokens",
  "invalid_timestamp",
  "timestamp_out_of_range",
  "id_conflict",
  "gzip_damaged",
  "gzip_bomb",
  "too_many_lines",
  "invalid_event",
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** A record that could not be read, with the reason and a short detail for people (at most 200 characters). */
export interface Rejection {
  readonly reason: QuarantineReason;
  readonly detail: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly rejection: Rejection };
