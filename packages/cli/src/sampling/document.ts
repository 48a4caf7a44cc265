import { hourCeilingUsd } from "@bellwether/core/sampling/pace";
import type { Preview } from "@bellwether/local/replay/preview";
import type { SamplingTally } from "@bellwether/local/replay/preview-tally";
import { kishEffectiveSize, reliability } from "@bellwether/stats/hajek";
import { studentTQuantile } from "@bellwether/stats/student-t";

/** Expected judge spend, USD. */
interface ExpectedSpend {
  readonly usd: number;
  /** Null when the logs span no time. */
  readonly usdPerWeek: number | null;
  readonly usdPerRequest: number | null;
  /** UTC day and clock hour of event time with the highest spend; null when nothing is judged. */
  readonly worstDay: { readonly from: string; readonly usd: number } | null;
  readonly worstHour: { readonly from: string; readonly usd: number } | null;
}

/** What one preset would judge; names as in the document of `replay`. */
export interface PresetPreview {
  readonly selected: number;
  /** Selected over requests with a text to judge, null without any. */
  readonly share: number | null;
  readonly selectedPerWeek: number | null;
  readonly byReason: Readonly<Record<string, number>>;
  readonly byPriority: Readonly<Record<string, number>>;
  readonly overBudget: number;
  /** Null when the judge has no price. */
  readonly spend: ExpectedSpend | null;
  /** Kish's effective sample size, and the same per selected request. */
  readonly nEff: number;
  readonly effectivePerJudged: number | null;
  /** Half of the 95 % interval to expect of a mean score; null below 10 effective requests. */
  readonly halfWidth: number | null;
}

/** The `--json` document of `sampling preview`. */
export interface SamplingPreview {
  readonly records: Preview["records"];
  /** Event time of the requests; null without any. */
  readonly span: { readonly from: string; readonly to: string; readonly days: number } | null;
  readonly requests: { readonly eligible: number; readonly filtered: Readonly<Record<string, number>> };
  readonly judge: {
    readonly modelId: string;
    readonly priced: boolean;
    readonly overheadTokens: number;
    readonly outputTokens: number;
  };
  /** The preset of the configuration. */
  readonly preset: "fixed" | "budgeted";
  readonly budget: { readonly usdPerDay: number; readonly usdPerHour: number };
  readonly assumedSd: number;
  readonly presets: { readonly fixed: PresetPreview; readonly budgeted: PresetPreview | null };
  readonly notes: readonly string[];
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const PICO = 1e12;
/** Standard deviation of a score that the half-width is given for. */
const ASSUMED_SD = 0.2;

const byName = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));

const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

function worstOf(picoUsd: ReadonlyMap<number, number>): { from: string; usd: number } | null {
  const [first, ...rest] = picoUsd;
  if (first === undefined) return null;
  const [from, pico] = rest.reduce((worst, each) => (each[1] > worst[1] ? each : worst), first);
  return { from: iso(from), usd: pico / PICO };
}

function spendOf({ picoUsdByHour, selected }: SamplingTally, spanMs: number): ExpectedSpend {
  const byDay = new Map<number, number>();
  let pico = 0;
  for (const [hour, spend] of picoUsdByHour) {
    const day = Math.floor(hour / DAY_MS) * DAY_MS;
    byDay.set(day, (byDay.get(day) ?? 0) + spend);
    pico += spend;
  }
  const usd = pico / PICO;
  return {
    usd,
    usdPerWeek: spanMs > 0 ? (usd * WEEK_MS) / spanMs : null,
    usdPerRequest: selected > 0 ? usd / selected : null,
    worstDay: worstOf(byDay),
    worstHour: worstOf(picoUsdByHour),
  };
}

function presetPreview(tally: SamplingTally, spanMs: number, priced: boolean): PresetPreview {
  const { selected, eligible, overBudget } = tally;
  const nEff = kishEffectiveSize(tally);
  const shown = reliability(nEff) !== "suppressed";
  return {
    selected,
    share: eligible > 0 ? selected / eligible : null,
    selectedPerWeek: spanMs > 0 ? (selected * WEEK_MS) / spanMs : null,
    byReason: byName(tally.byRule),
    byPriority: byName(tally.byPriority),
    overBudget,
    spend: priced ? spendOf(tally, spanMs) : null,
    nEff,
    effectivePerJudged: selected > 0 ? nEff / selected : null,
    halfWidth: shown ? (studentTQuantile(0.975, nEff - 1) * ASSUMED_SD) / Math.sqrt(nEff) : null,
  };
}

interface Given {
  readonly feedback: boolean;
  readonly canary: boolean;
}

function notesOn({ estimate, span, budgeted }: Preview, given: Given): string[] {
  const spanMs = span === undefined ? 0 : span.to - span.from;
  const notes: string[] = [];
  if (span === undefined) notes.push("No request could be read, so there is nothing to project.");
  else if (spanMs < DAY_MS)
    notes.push(
      `The logs span ${(spanMs / 3_600_000).toFixed(1)} h, less than a day: a week is a rough guess.`,
    );
  if (budgeted === null)
    notes.push(
      `No price is known for the judge ${estimate.modelId}: no spend, and no budget that could be obeyed.`,
    );
  else {
    notes.push(
      `Spend is an estimate at list price: ${estimate.overheadTokens} tokens of judge prompt (its characters / 4) and the request's own uncached tokens read, ${estimate.outputTokens} written. The judge reads no system prompt and no attachment, so it may cost less; second calls are left out.`,
    );
    notes.push(
      "`budgeted` begins without history here: its first day is planned from the traffic of that day alone.",
    );
  }
  if (!given.feedback) notes.push("Without --feedback nothing is judged for a negative vote.");
  if (given.canary) notes.push("The canary of --rollout is taken to run to the end of the logs.");
  return notes;
}

/** The document about a preview; `given` says which optional files went in. */
export function previewDocument(preview: Preview, given: Given): SamplingPreview {
  const { config, estimate, span, fixed, budgeted, records } = preview;
  const spanMs = span === undefined ? 0 : span.to - span.from;
  const { budget, preset } = config.sampling;
  return {
    records,
    span: span === undefined ? null : { from: iso(span.from), to: iso(span.to), days: spanMs / DAY_MS },
    requests: { eligible: fixed.eligible, filtered: byName(fixed.filtered) },
    judge: {
      modelId: estimate.modelId,
      priced: budgeted !== null,
      overheadTokens: estimate.overheadTokens,
      outputTokens: estimate.outputTokens,
    },
    preset,
    budget: { usdPerDay: budget.usdPerDay, usdPerHour: hourCeilingUsd(budget) },
    assumedSd: ASSUMED_SD,
    presets: {
      fixed: presetPreview(fixed, spanMs, budgeted !== null),
      budgeted: budgeted === null ? null : presetPreview(budgeted, spanMs, true),
    },
    notes: notesOn(preview, given),
  };
}
