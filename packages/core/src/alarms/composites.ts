import type { AlarmSpec, CompositeSpec, Concern, Runbook } from "./spec.ts";

/** The pipeline cannot vouch for product numbers while this is in ALARM. */
const BLIND = "bellwether-blind";

/** Alarms that make product numbers stand still or be of a part of the answers only. */
const BLINDING: readonly string[] = [
  "bellwether-log-delivery-failing",
  "bellwether-queue-age-ingest",
  "bellwether-judge-failing",
  "bellwether-judge-throttled",
  "bellwether-queue-age-evaluate-high",
  "bellwether-measure-silent",
];

const PIPELINE = ["ingest", "judge", "detectors", "people"] as const;

const BROKEN = {
  ingest: "Logs do not arrive, or are not read in time.",
  judge: "The judge does not answer: quality is not of now, or of a part of the answers.",
  detectors: "A detector is silent or rollback fails: what it watches is not watched.",
  people: "Notices do not reach people.",
} as const;

const suppression = { alarm: BLIND, waitSeconds: 120, extensionSeconds: 900 } as const;

const isApp = (concern: Concern): concern is { readonly app: string } => typeof concern !== "string";

const pipelineBook = (part: keyof typeof BROKEN): Runbook => ({
  family: `Pipeline: ${part}`,
  means: `${BROKEN[part]} One page, however many of its alarms ring.`,
  look: { command: "aws cloudwatch describe-alarms --alarm-name-prefix bellwether- --state-value ALARM" },
  action: "begin with the alarm that rang first; its own entry says what to do.",
});

const APP_BOOK: Runbook = {
  family: "App outside its bounds",
  means:
    "At least one bound that the app's owners set under `alarms` is broken. It waits while the pipeline is blind.",
  look: { command: "aws cloudwatch describe-alarms --alarm-name-prefix bellwether- --state-value ALARM" },
  action: "begin with quality, then errors; each alarm has an entry.",
};

const BLIND_BOOK: Runbook = {
  family: "Blind",
  means:
    "Product numbers cannot be trusted now. It pages nobody itself (the pipeline's composites do) and holds back the apps' pages.",
  look: { command: "aws cloudwatch describe-alarms --alarm-name-prefix bellwether- --state-value ALARM" },
  action: "mend the pipeline first; an app that is still outside its bounds 15 minutes later pages then.",
};

/**
 * Composites that page in place of their members: one per part of the pipeline, so that a long outage of one hides no
 * other, and one per app with bounds, which waits while the pipeline is blind.
 */
export function compositesOf(alarms: readonly AlarmSpec[]): CompositeSpec[] {
  const pages = alarms.filter(({ severity }) => severity === "page");
  const names = (of: readonly AlarmSpec[]) => of.map(({ name }) => name);
  const apps = [...new Set(pages.flatMap(({ concern }) => (isApp(concern) ? [concern.app] : [])))];
  return [
    {
      name: BLIND,
      anyOf: names(alarms).filter((name) => BLINDING.includes(name)),
      severity: "note",
      runbook: BLIND_BOOK,
    },
    ...PIPELINE.map(
      (part): CompositeSpec => ({
        name: `bellwether-pipeline-${part}`,
        anyOf: names(pages.filter(({ concern }) => concern === part)),
        severity: "page",
        runbook: pipelineBook(part),
      }),
    ),
    ...apps.map(
      (app): CompositeSpec => ({
        name: `bellwether-app-${app}`,
        anyOf: names(pages.filter(({ concern }) => isApp(concern) && concern.app === app)),
        severity: "page",
        suppressor: suppression,
        runbook: APP_BOOK,
      }),
    ),
  ];
}

/** The AlarmRule of a composite, at most 10,240 characters over 100 children (PutCompositeAlarm). */
export const alarmRule = ({ anyOf }: Pick<CompositeSpec, "anyOf">): string =>
  anyOf.map((name) => `ALARM("${name}")`).join(" OR ");
