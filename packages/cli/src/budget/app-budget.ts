import { DAY_MS, type Period } from "@bellwether/core/budget/calendar";
import { conditionsOf } from "@bellwether/core/budget/conditions";
import { type Contributors, contributorsOf } from "@bellwether/core/budget/contributors";
import { forecastUniform } from "@bellwether/core/budget/forecast";
import { settleIncidents } from "@bellwether/core/budget/incident";
import type { SubjectKind } from "@bellwether/core/budget/limits";
import { openedMessages } from "@bellwether/core/budget/messages";
import type { Budget } from "@bellwether/core/budget/policy";
import { readBudget, type SpendFacts } from "@bellwether/core/budget/reading";
import { earlierSpans } from "@bellwether/core/budget/spend-sql";
import type { RunSql } from "../lake-query.ts";
import type { AppBudget } from "./document.ts";
import { readDimensions } from "./read-spend.ts";

const LEADERS = 5;
/** Days before today that say what is usual, at most. */
const EARLIER_DAYS = 7;

/** Today's rise by dimension against the same hours of the days before; null without a whole earlier day. */
async function todaysContributors(
  runSql: RunSql,
  { app, history }: SpendFacts,
  today: Period,
): Promise<Contributors | null> {
  const span = { from: today.from, until: history.until };
  const days = Math.min(EARLIER_DAYS, Math.floor((span.from - history.knownFrom) / DAY_MS));
  if (days < 1) return null;
  const recent = await readDimensions(runSql, app, [span]);
  const earlier = await readDimensions(runSql, app, earlierSpans(span, days));
  return contributorsOf(recent, earlier, { days, most: LEADERS });
}

/** An app's budget now, and what people would be told if nothing had been open before. */
export async function appBudget(runSql: RunSql, facts: SpendFacts, budget: Budget): Promise<AppBudget> {
  const reading = readBudget(facts, budget, forecastUniform(facts.app, facts.history.until - 1));
  const contributors = await todaysContributors(runSql, facts, reading.day);
  const { opened } = settleIncidents({}, conditionsOf(reading, budget), reading.at);
  const largest = (kind: SubjectKind) =>
    facts.subjects.filter((spend) => spend.kind === kind && spend.picoUsd > 0).slice(0, LEADERS);
  return {
    reading,
    contributors,
    leaders: { tenant: largest("tenant"), user: largest("user") },
    warnings: openedMessages(opened, reading, contributors),
  };
}
