import { CELL_MS } from "../windows/bucket.ts";
import { burnStanding } from "./burn-rate.ts";
import { dateText, dayOf } from "./calendar.ts";
import type { Condition } from "./incident.ts";
import { type Overrun, SUBJECT_KINDS } from "./limits.ts";
import type { Budget } from "./policy.ts";
import type { BudgetReading, PeriodReading, SpentReading } from "./reading.ts";
import { type Standing, standingOf } from "./standing.ts";

/** A mean counts as too high until it falls below this part of its limit. */
const CLOSE_PART = 0.9;

/** Spend of a period only grows: no hysteresis, and its incident ends with the period. */
const spent = ({ spentPicoUsd }: PeriodReading, limit: number): Standing =>
  standingOf(spentPicoUsd, limit, limit);

const ofSubject = ({ kind, subject }: Overrun, day: PeriodReading): Condition => ({
  key: `limit/${kind}/${dateText(day.from)}/${subject}`,
  about: { kind: "limit", subjectKind: kind, subject },
  levels: { ticket: "over", page: "under" },
  quietUntil: day.until,
  until: day.until,
});

const forecastCondition = ({ at, month, forecast }: BudgetReading, budget: Budget): Condition => {
  const { ticketAbove, pageAbove, hysteresis } = budget.forecast;
  const overBudget = forecast.status === "forecast" ? forecast.overBudget : null;
  return {
    key: `forecast/${dateText(month.from)}`,
    about: { kind: "forecast" },
    levels: {
      ticket: standingOf(overBudget, ticketAbove, ticketAbove - hysteresis),
      page: standingOf(overBudget, pageAbove, pageAbove - hysteresis),
    },
    quietUntil: dayOf(at).until,
    until: month.until,
  };
};

/**
 * What a reading says about everything that may become an incident; a reading without a forecast leaves that incident as
 * it is, and without data nothing opens or closes.
 */
export function conditionsOf(reading: SpentReading | BudgetReading, budget: Budget): Condition[] {
  const { at, day, month, perRequest, burn, limits } = reading;
  const known = (standing: Standing): Standing => (reading.data === "none" ? "unknown" : standing);
  const soon = at + CELL_MS;
  return [
    {
      key: "burn",
      about: { kind: "burn" },
      levels: { ticket: known(burnStanding(burn, "ticket")), page: known(burnStanding(burn, "page")) },
      quietUntil: soon,
      until: null,
    },
    {
      key: `day/${dateText(day.from)}`,
      about: { kind: "day" },
      levels: { ticket: "under", page: known(spent(day, day.budgetPicoUsd)) },
      quietUntil: day.until,
      until: day.until,
    },
    {
      key: `month/${dateText(month.from)}`,
      about: { kind: "month" },
      levels: {
        ticket: known(spent(month, budget.warnAt * month.budgetPicoUsd)),
        page: known(spent(month, month.budgetPicoUsd)),
      },
      quietUntil: month.until,
      until: month.until,
    },
    ...("forecast" in reading ? [forecastCondition(reading, budget)] : []),
    {
      key: "per_request",
      about: { kind: "per_request" },
      levels: {
        ticket: "under",
        page: standingOf(
          perRequest.meanPicoUsd,
          perRequest.limitPicoUsd,
          CLOSE_PART * perRequest.limitPicoUsd,
        ),
      },
      quietUntil: soon,
      until: null,
    },
    ...SUBJECT_KINDS.flatMap((kind) => limits[kind].over.map((overrun) => ofSubject(overrun, day))),
  ];
}
