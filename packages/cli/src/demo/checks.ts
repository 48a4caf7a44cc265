import type { JudgedAnswer } from "@bellwether/local/demo/judged-truth";
import type { PlayedStory } from "@bellwether/local/demo/play-story";
import type { Story } from "@bellwether/local/demo/story";
import type { Summary } from "../report/summary.ts";
import { truthMean, type VariantQuality } from "./quality.ts";

/** One part of the story and whether it went as told. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What the checks look at. */
export interface Evidence {
  readonly story: Story;
  readonly run: Pick<PlayedStory, "pages" | "deadLetters" | "settled">;
  readonly summary: Pick<Summary, "alarms" | "rollbacks">;
  readonly truth: readonly JudgedAnswer[];
  readonly quality: Readonly<Record<string, VariantQuality>>;
  /** Requests of the canary at least `REFRESH_MS` after the rollback. */
  readonly canaryAfter: number;
}

/** A bad canary must be gone this soon. */
const PATIENCE_MS = 8 * 3_600_000;
/** Running sessions read the pointer again within this time. */
export const REFRESH_MS = 10 * 60_000;
/** Difference of served quality that is nothing but different questions. */
const SAME_QUALITY = 0.015;

const show = (value: number | null): string => (value === null ? "no data" : value.toFixed(3));
const hours = (ms: number): string => `${(ms / 3_600_000).toFixed(1)} h`;

/** Holds the run against the story, in the order in which things should have happened. */
export function checkStory(evidence: Evidence): Check[] {
  const { story, run, summary, quality, canaryAfter } = evidence;
  const { rollbacks, alarms } = summary;
  const [rollback] = rollbacks;
  const at = rollback === undefined ? undefined : Date.parse(rollback.at);
  const delay = at === undefined ? undefined : at - story.turnsBadAt;
  const rang = alarms.find(
    ({ name, state }) => name === `bellwether-canary-${story.app}` && state === "ALARM",
  );
  const dead = Object.entries(run.deadLetters).filter(([, n]) => n > 0);
  const paged = (part: string): boolean => run.pages.some(({ subject }) => subject?.includes(part) === true);
  const uncovered = Object.entries(quality).filter(([, { coveredWide }]) => coveredWide !== true);
  const before = served(evidence, story.start, story.turnsBadAt);
  const during = served(evidence, story.turnsBadAt, at ?? story.dayEnd);
  const after = at === undefined ? null : served(evidence, at + REFRESH_MS, story.dayEnd);
  return [
    {
      name: "exactly one rollback, of the canary",
      ok: rollbacks.length === 1 && rollback?.from === story.canary && rollback.to === story.stable,
      detail: rollbacks.map((r) => `${r.from} → ${r.to} at ${r.at}`).join(", ") || "none",
    },
    {
      name: "only after the canary turned bad, and soon",
      ok: delay !== undefined && delay > 0 && delay <= PATIENCE_MS,
      detail: delay === undefined ? "no rollback" : `${hours(delay)} after it turned bad`,
    },
    { name: "the alarm rang", ok: rang !== undefined, detail: rang?.at ?? "it did not" },
    {
      name: "people were paged",
      ok: paged("rolled back"),
      detail: `pages sent: ${run.pages.length}`,
    },
    {
      name: "all traffic returned to stable",
      ok: at !== undefined && canaryAfter === 0,
      detail: `${canaryAfter} requests on ${story.canary} later than ${REFRESH_MS / 60_000} minutes after the rollback`,
    },
    {
      name: "quality of the served answers recovered",
      ok:
        before !== null &&
        during !== null &&
        after !== null &&
        after > during &&
        after >= before - SAME_QUALITY,
      detail: `${show(before)} before, ${show(during)} while bad, ${show(after)} after`,
    },
    { name: "recovery was verified", ok: paged(": recovered"), detail: "by the page after the bake" },
    {
      name: "no dead letters, nothing left over",
      ok: dead.length === 0 && run.settled,
      detail: dead.map(([queue, n]) => `${n} in ${queue}`).join(", ") || (run.settled ? "none" : "unsettled"),
    },
    {
      name: "the weighted intervals hold the truth",
      // At 99.9 %, or one healthy run in ten would fail by chance.
      ok: uncovered.length === 0,
      detail:
        uncovered.length === 0
          ? "at 99.9 %"
          : uncovered
              .map(([variant, { mean, truth }]) => `${variant}: ${show(mean)}, truth ${show(truth)}`)
              .join("; "),
    },
  ];
}

function served({ truth }: Evidence, from: number, until: number): number | null {
  return truthMean(truth.filter(({ at }) => at >= from && at < until));
}
