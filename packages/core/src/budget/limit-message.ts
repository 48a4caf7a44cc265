import { nameText, requestsHave, usdText } from "./money.ts";
import type { BudgetReading } from "./reading.ts";
import { ofBudget } from "./sentences.ts";

/** What people are told when an incident of a budget opens: a subject and at most 10 lines. */
export interface BudgetMessage {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Subjects listed in one message. */
const MOST_LISTED = 5;
const NEXT = "Next: ask whether this use is meant; a hard stop belongs into the app, before the request.";

/** One message about every tenant, or every user, that passed its limit at the same look; the largest excess first. */
export function limitsMessage(
  subjects: readonly string[],
  kind: "tenant" | "user",
  reading: BudgetReading,
): BudgetMessage {
  const named = new Set(subjects);
  const { over, count } = reading.limits[kind];
  const opened = over.filter(({ subject }) => named.has(subject));
  const [first] = opened;
  const limit = first === undefined ? "" : ` of ${usdText(first.limitPicoUsd)} a day`;
  const who = opened.length === 1 && first !== undefined ? ` ${nameText(first.subject)}` : "s";
  const listed = opened
    .slice(0, MOST_LISTED)
    .map(
      ({ subject, picoUsd, overPicoUsd, unpriced }) =>
        `${nameText(subject)}: ${usdText(picoUsd)} today, ${usdText(overPicoUsd)} above the limit${unpriced > 0 ? `; ${requestsHave(unpriced)} no price: not counted` : ""}.`,
    );
  const rest = opened.length - listed.length;
  return {
    title: `${nameText(reading.app)}: ${opened.length === 1 ? "" : `${opened.length} `}${kind}${who} above the limit${limit}`,
    lines: [
      ...listed,
      ...(rest > 0 ? [`And ${rest} more.`] : []),
      ...(count > opened.length ? [`${count} ${kind}s are above it today in all.`] : []),
      `The app today: ${ofBudget(reading.day)}.`,
      NEXT,
    ],
  };
}
