import { type Io, renderTable } from "../output.ts";
import type { Row, UsageDocument } from "./read-usage.ts";

/** Rows of a table on the screen; `--json` has all. */
const SHOWN = 12;

const known = (value: unknown): value is number => typeof value === "number";
const rounded = (value: unknown, digits = 1): number | null =>
  known(value) ? Number(value.toFixed(digits)) : null;
const percent = (share: unknown): string | null => (known(share) ? `${(100 * share).toFixed(1)} %` : null);

/** A share with its interval in percent and what it is a share of. */
function shareWithInterval(share: unknown, low: unknown, high: unknown, n: unknown): string | null {
  if (!known(share) || !known(low) || !known(high)) return null;
  return `${(100 * share).toFixed(1)} % (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}) of ${String(n)}`;
}

const withInterval = (value: unknown, low: unknown, high: unknown, digits: number): string | null => {
  if (!known(value)) return null;
  const interval = known(low) && known(high) ? ` (${low.toFixed(digits)}–${high.toFixed(digits)})` : "";
  return `${value.toFixed(digits)}${interval}`;
};

type Columns = Readonly<Record<string, (row: Row) => unknown>>;
const column =
  (name: string) =>
  (row: Row): unknown =>
    row[name];

const VERSION: Columns = { app: column("app"), version: column("prompt_version") };

const USAGE: Columns = {
  ...VERSION,
  day: column("day"),
  calls: column("requests"),
  failed: column("failed"),
  sessions: column("sessions"),
  "turns each": (row) => rounded(row.turns_per_session, 2),
  "minutes each": (row) => rounded(row.session_minutes),
  users: column("users"),
  new: column("new_users"),
  "calls each": (row) => rounded(row.requests_per_user, 2),
  "back in 7 days": (row) =>
    percent(row.return_rate) ?? (row.return_state === "final" ? null : "not yet known"),
};

const SATISFACTION: Columns = {
  ...VERSION,
  "thumbs up": (row) => shareWithInterval(row.thumbs_rate, row.thumbs_low, row.thumbs_high, row.thumbs),
  CSAT: (row) => shareWithInterval(row.csat, row.csat_low, row.csat_high, row.ratings),
  rating: (row) => withInterval(row.mean_rating, row.rating_low, row.rating_high, 2),
  NPS: (row) => withInterval(row.nps, row.nps_low, row.nps_high, 0),
  negative: (row) => shareWithInterval(row.negative_rate, row.negative_low, row.negative_high, row.votes),
};

const SIGNALS: Columns = {
  ...VERSION,
  sessions: column("sessions"),
  abandoned: (row) => percent(row.abandon_rate),
  escalated: (row) => percent(row.escalate_rate),
  answers: column("answered"),
  rephrased: (row) => percent(row.rephrase_rate),
  regenerated: (row) => percent(row.regenerate_rate),
  copied: (row) => percent(row.copy_rate),
};

const CALLS: Columns = {
  ...VERSION,
  "user requests": column("user_requests"),
  "calls each": (row) => rounded(row.calls_per_user_request, 2),
  p95: column("calls_p95"),
  most: column("most_calls"),
  "guardrail assessments each": (row) => rounded(row.guardrail_assessments_per_user_request, 2),
  "calls without traceId": column("untraced_calls"),
};

const GUARDRAILS: Columns = {
  ...VERSION,
  "guardrail ran": column("assessed"),
  intervened: (row) =>
    shareWithInterval(row.intervention_rate, row.intervention_low, row.intervention_high, row.requests),
  "only detected": column("detected"),
  assessments: column("assessments"),
  "p50 ms": (row) => rounded(row.guardrail_ms_p50),
  "p95 ms": (row) => rounded(row.guardrail_ms_p95),
  "p99 ms": (row) => rounded(row.guardrail_ms_p99),
};

const POLICIES: Columns = {
  ...VERSION,
  finding: column("finding"),
  policy: column("policy"),
  calls: (row) => shareWithInterval(row.share, row.low, row.high, row.requests),
};

const percentiles = (name: string, of: string): Columns => ({
  [`${name} n`]: column(`${of}_n`),
  p50: (row) => rounded(row[`${of}_p50`]),
  p95: (row) => rounded(row[`${of}_p95`]),
  p99: (row) => rounded(row[`${of}_p99`]),
});

const MODEL: Columns = { app: column("app"), model: column("model_id"), variant: column("variant") };
const LATENCY: Columns = { ...MODEL, ...percentiles("calls", "latency_ms") };
const TTFT: Columns = { ...MODEL, ...percentiles("calls", "ttft_ms") };
const PER_TOKEN: Columns = { ...MODEL, ...percentiles("calls", "ms_per_token") };

const ERRORS: Columns = {
  ...MODEL,
  error: column("error_code"),
  failed: column("failed"),
  "of its calls": (row) => percent(row.share),
};

const QUOTAS: Columns = {
  Region: column("region"),
  profile: column("region_tier"),
  model: column("model_id"),
  "requests a minute": column("peak_requests_per_minute"),
  "tokens a minute": column("peak_tokens_per_minute"),
  "output counts": (row) => `${String(row.output_burndown)}×`,
  throttled: column("throttled"),
};

/** The screen that a person reads. */
export function renderUsage(document: UsageDocument, { color }: Io): string {
  const table = (title: string, columns: Columns, rows: readonly Row[], none: string): string => {
    if (rows.length === 0) return `${color.bold(title)}  ${none}\n`;
    const cells = rows.slice(0, SHOWN).map((row) => Object.values(columns).map((cell) => cell(row) ?? null));
    const more = rows.length > SHOWN ? color.dim(`${rows.length - SHOWN} more rows: --json\n`) : "";
    return `${color.bold(title)}\n${renderTable(Object.keys(columns), cells, color)}${more}`;
  };
  const newestFirst = [...document.usage].sort((a, b) => String(b.day).localeCompare(String(a.day)));
  const having = (rows: readonly Row[], name: string) => rows.filter((row) => Number(row[name] ?? 0) > 0);
  const { satisfaction, latency } = document;
  return [
    table("Use by day, newest first", USAGE, newestFirst, "no calls"),
    table(
      "Satisfaction: last votes, 95 % intervals",
      SATISFACTION,
      satisfaction.filter(
        ({ votes, thumbs, ratings }) => Number(votes) + Number(thumbs) + Number(ratings) > 0,
      ),
      "nobody voted; that is not satisfaction",
    ),
    table("Signals (– where the app never sent one)", SIGNALS, satisfaction, "no calls"),
    table(
      "Model calls per user request",
      CALLS,
      having(document.callsPerUserRequest, "user_requests"),
      "no call carries a traceId",
    ),
    table("Guardrails", GUARDRAILS, document.guardrails, "the log shows none"),
    ...(document.guardrailPolicies.length === 0
      ? []
      : [table("Guardrail findings", POLICIES, document.guardrailPolicies, "")]),
    table("Latency, ms", LATENCY, having(latency, "latency_ms_n"), "the log has none"),
    table(
      "Time to first token, ms",
      TTFT,
      having(latency, "ttft_ms_n"),
      "the log has it for streams of InvokeModel only",
    ),
    ...(having(latency, "ms_per_token_n").length === 0
      ? []
      : [table("Time per output token, ms", PER_TOKEN, having(latency, "ms_per_token_n"), "")]),
    table("Failed calls (each retry is one)", ERRORS, document.errors, "none"),
    table("Busiest minute of each quota, all callers", QUOTAS, document.quotas, "no calls"),
  ].join("\n");
}
