import type { BurnReading } from "./burn-rate.ts";
import { dateText } from "./calendar.ts";
import { type Contributors, leadersOf } from "./contributors.ts";
import type { IncidentLevel, OpenedIncident } from "./incident.ts";
import { type BudgetMessage, limitsMessage } from "./limit-message.ts";
import { momentText, nameText, percentText, requestsHave, spanText, timesText, usdText } from "./money.ts";
import type { BudgetReading, PeriodReading } from "./reading.ts";
import { forecastText, ofBudget } from "./sentences.ts";

const DIMENSION_WORDS = {
  feature: "feature",
  prompt_version: "prompt version",
  model: "model",
  tenant: "tenant",
  user: "user",
} as const;

/** Of the pairs of a severity the one that is over by the most, measured in its own factor. */
function worstPair({ burn }: BudgetReading, level: IncidentLevel): BurnReading | undefined {
  const excess = ({ pair, long, short }: BurnReading): number =>
    Math.min(long.burn, short.burn) / pair.factor;
  return burn
    .filter(({ standing, pair }) => standing === "over" && pair.severity === level)
    .sort((a, b) => excess(b) - excess(a))[0];
}

function burnLines({ long, short, pair }: BurnReading, { month }: BudgetReading): string[] {
  const perMs = long.spentPicoUsd / (long.until - long.from);
  const goneAt = long.until + Math.max(0, month.budgetPicoUsd - month.spentPicoUsd) / perMs;
  const known = long.known === "part" ? "; spend before is not known, so it may be more" : "";
  const end =
    month.overSince !== null
      ? "The month's budget is spent already."
      : goneAt < month.until
        ? `At this pace the month's budget is spent by ${momentText(goneAt)}.`
        : "At this pace the month's budget still lasts to its end.";
  return [
    `Last ${spanText(pair.long)} (since ${momentText(long.from)}): ${usdText(long.spentPicoUsd)}, where the month's budget allows ${usdText(long.allowedPicoUsd)}${known}.`,
    `Last ${spanText(pair.short)}: ${usdText(short.spentPicoUsd)}, ${timesText(short.burn)} times what is allowed, so it goes on.`,
    end,
  ];
}

/** Who spend rose by, in one line; none when it did not rise or nobody knows. */
export function contributorLines(contributors: Contributors | null): string[] {
  if (contributors === null || !(contributors.excessPicoUsd > 0)) return [];
  const leaders = leadersOf(contributors)
    .slice(0, 3)
    .map(
      ({ dimension, value, excessPicoUsd, share }) =>
        `${DIMENSION_WORDS[dimension]} ${nameText(value ?? "")} +${usdText(excessPicoUsd)} (${percentText(Math.min(1, share))})`,
    );
  const rise = `${usdText(contributors.excessPicoUsd)} more than the same hours of the days before`;
  return [
    leaders.length === 0
      ? `${rise}; no single cause stands out.`
      : `${rise}; most of it: ${leaders.join(", ")}.`,
  ];
}

function unknownLines(
  { perRequest, share }: BudgetReading,
  about: OpenedIncident["about"]["kind"],
): string[] {
  const unpriced =
    perRequest.unpriced > 0
      ? [`In the last hour ${requestsHave(perRequest.unpriced)} no price: in none of these numbers.`]
      : [];
  const flat =
    about === "burn" && share.kind === "flat"
      ? [
          `The month's budget is spread evenly over its hours: of the 14 days needed to learn the week ${share.days} are known.`,
        ]
      : [];
  return [...unpriced, ...flat];
}

const since = ({ overSince }: PeriodReading): string[] =>
  overSince === null ? [] : [`Passed at about ${momentText(overSince)}.`];

function facts(
  kind: Exclude<OpenedIncident["about"]["kind"], "limit">,
  level: IncidentLevel,
  reading: BudgetReading,
): BudgetMessage {
  const { app, day, month, forecast, perRequest } = reading;
  const name = nameText(app);
  const monthLine = `This month: ${ofBudget(month)}.`;
  switch (kind) {
    case "burn": {
      const worst = worstPair(reading, level);
      const times = worst === undefined ? "faster than" : `${timesText(worst.long.burn)} times as fast as`;
      return {
        title: `${name} spends ${times} its budget allows`,
        // No forecast: it takes the coming days for ordinary ones, which a runaway makes them not.
        lines: [...(worst === undefined ? [] : burnLines(worst, reading)), monthLine],
      };
    }
    case "day":
      return {
        title: `${name} has spent its budget of the day: ${ofBudget(day)}`,
        lines: [`${dateText(day.from)}: ${ofBudget(day)}.`, ...since(day), monthLine, forecastText(forecast)],
      };
    case "month":
      return {
        title: `${name} has spent ${percentText(month.spentPicoUsd / month.budgetPicoUsd)} of its budget of the month`,
        lines: [monthLine, ...since(month), `Today: ${ofBudget(day)}.`, forecastText(forecast)],
      };
    case "forecast":
      return {
        title: `${name} will probably pass its budget of the month`,
        lines: [forecastText(forecast), monthLine, `Today: ${ofBudget(day)}.`],
      };
    case "per_request": {
      const mean = perRequest.meanPicoUsd ?? 0;
      return {
        title: `${name} pays ${usdText(mean)} a request`,
        lines: [
          `Mean of the last hour: ${usdText(mean)} over ${perRequest.priced} requests, limit ${usdText(perRequest.limitPicoUsd)}.`,
          `Today: ${ofBudget(day)}.`,
          monthLine,
        ],
      };
    }
  }
}

/** What to look at next; no name out of a log is part of a command, so each can be pasted. */
function nextLine({ day }: BudgetReading, kind: OpenedIncident["about"]["kind"]): string {
  const on = `--param day=${dateText(day.from)}`;
  if (kind === "month" || kind === "forecast")
    return `Next: \`bellwether query --saved budget-days --param since=${dateText(day.from).slice(0, 8)}01\`; lower the traffic, the tokens or the model, or raise monthlyUsd in budgets.yaml.`;
  return `Next: \`bellwether query --saved budget-dimensions ${on}\`; stop a runaway in the app, before the request.`;
}

/** What people are told of an incident of `reading` that opened; `contributors` of its span when they are known. */
export function openedMessage(
  { about, level }: OpenedIncident,
  reading: BudgetReading,
  contributors: Contributors | null,
): BudgetMessage {
  if (about.kind === "limit") return limitsMessage([about.subject], about.subjectKind, reading);
  const { title, lines } = facts(about.kind, level, reading);
  return {
    title,
    lines: [
      ...lines,
      ...contributorLines(contributors),
      ...unknownLines(reading, about.kind),
      nextLine(reading, about.kind),
    ],
  };
}
