import { conditionsOf } from "@bellwether/core/budget/conditions";
import { forecastUniform } from "@bellwether/core/budget/forecast";
import { settleIncidents } from "@bellwether/core/budget/incident";
import type { SubjectKind } from "@bellwether/core/budget/limits";
import { openedMessages } from "@bellwether/core/budget/messages";
import type { Budget } from "@bellwether/core/budget/policy";
import { readBudget, type SpendFacts } from "@bellwether/core/budget/reading";
import { riseOf } from "@bellwether/core/budget/rise";
import type { RunSql } from "../lake-query.ts";
import type { AppBudget } from "./document.ts";

const LEADERS = 5;

/** An app's budget now, and what people would be told if nothing had been open before. */
export async function appBudget(runSql: RunSql, facts: SpendFacts, budget: Budget): Promise<AppBudget> {
  const reading = readBudget(facts, budget, forecastUniform(facts.app, facts.history.until - 1));
  const { app, history } = facts;
  const today = { from: reading.day.from, until: history.until };
  const contributors = await riseOf(runSql, app, today, history.knownFrom);
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
