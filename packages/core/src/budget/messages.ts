import type { Contributors } from "./contributors.ts";
import type { IncidentLevel, OpenedIncident } from "./incident.ts";
import { type BudgetMessage, limitsMessage } from "./limit-message.ts";
import { SUBJECT_KINDS } from "./limits.ts";
import { openedMessage } from "./lines.ts";
import type { BudgetReading } from "./reading.ts";

/** A message with what a receiver needs to sort it and to drop its repetition. */
interface Addressed extends BudgetMessage {
  readonly key: string;
  readonly level: IncidentLevel;
  readonly dedupeKey: string;
}

/** One message for every incident that opened or rose; limits passed at the same look share one for each kind. */
export function openedMessages(
  opened: readonly OpenedIncident[],
  reading: BudgetReading,
  contributors: Contributors | null,
): Addressed[] {
  const alone = opened
    .filter(({ about }) => about.kind !== "limit")
    .map((incident) => ({
      key: incident.key,
      level: incident.level,
      dedupeKey: incident.dedupeKey,
      ...openedMessage(incident, reading, contributors),
    }));
  const together = SUBJECT_KINDS.flatMap((kind): Addressed[] => {
    const ofKind = opened.flatMap(({ about, level, dedupeKey }) =>
      about.kind === "limit" && about.subjectKind === kind
        ? [{ subject: about.subject, level, dedupeKey }]
        : [],
    );
    const [first] = ofKind;
    if (first === undefined) return [];
    const subjects = ofKind.map(({ subject }) => subject);
    return [
      {
        key: `limit/${kind}`,
        level: first.level,
        dedupeKey: first.dedupeKey,
        ...limitsMessage(subjects, kind, reading),
      },
    ];
  });
  return [...alone, ...together];
}
