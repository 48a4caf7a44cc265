import type { PlayedStory } from "@bellwether/local/demo/play-story";
import type { Story } from "@bellwether/local/demo/story";
import type { Lake } from "@bellwether/local/lake/open-lake";
import { table } from "../report/rows.ts";
import type { Summary } from "../report/summary.ts";
import { type Check, checkStory, REFRESH_MS } from "./checks.ts";
import { qualityByHour, qualityByVariant, sampledScores, type VariantQuality } from "./quality.ts";
import { type Chapter, findingsOf, timelineOf } from "./timeline.ts";

/** What `--json` of the demo adds to the summary of a run. */
export interface DemoDocument {
  readonly judge: string;
  readonly seed: number;
  readonly timeline: readonly Chapter[];
  /** Quality by variant: what the product says, and the same judge on every answer. */
  readonly truth: Readonly<Record<string, VariantQuality>>;
  /** Weighted mean quality per hour of the day; null where it is unknown. */
  readonly qualityByHour: Readonly<Record<string, readonly (number | null)[]>>;
  readonly checks: readonly Check[];
  /** The combined e-value of the last finding about the canary; null without one. */
  readonly eValue: number | null;
  readonly pages: readonly { readonly at: string; readonly subject: string }[];
  /** The canary's answer with the lowest quality after it turned bad; null without one. */
  readonly worstRequest: string | null;
}

const HOURS = 24;

/** Reads the told story out of the lake and of what happened around it. */
export async function demoDocument(
  lake: Lake,
  story: Story,
  run: PlayedStory,
  summary: Summary,
): Promise<DemoDocument> {
  const scores = await sampledScores(lake);
  const truth = qualityByVariant(scores, run.truth);
  const findings = await findingsOf(lake, story.app);
  const rolledBackAt = Date.parse(summary.rollbacks[0]?.at ?? new Date(story.dayEnd).toISOString());
  const [after] = await table<{ n: number }>(
    lake,
    `select count(*) as n from requests where variant = '${story.canary}'
     and "at" >= '${new Date(rolledBackAt + REFRESH_MS).toISOString()}'`,
  );
  const [worst] = await table<{ request_id: string }>(
    lake,
    `select request_id from evaluations where metric = 'quality' and status = 'scored'
     and variant = '${story.canary}' and "at" >= '${new Date(story.turnsBadAt).toISOString()}'
     order by score, request_id limit 1`,
  );
  const byHour = Object.fromEntries(
    [story.stable, story.canary].map((variant) => [
      variant,
      qualityByHour(
        scores.filter((score) => score.variant === variant),
        story.start,
        HOURS,
      ),
    ]),
  );
  return {
    judge: "stand-in (deterministic lexical entailment), not a model",
    seed: story.seed,
    timeline: timelineOf(story, run, summary, findings),
    truth,
    qualityByHour: byHour,
    checks: checkStory({ story, run, summary, truth: run.truth, quality: truth, canaryAfter: after?.n ?? 0 }),
    eValue: findings.at(-1)?.e_value ?? null,
    pages: run.pages.map(({ at, subject }) => ({ at: new Date(at).toISOString(), subject: subject ?? "" })),
    worstRequest: worst?.request_id ?? null,
  };
}
