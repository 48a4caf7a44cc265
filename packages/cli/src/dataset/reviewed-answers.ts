import type { GoldenItem } from "@bellwether/core/review/dataset";
import { consensus, type Label, labelFromRow } from "@bellwether/core/review/label";
import { BAD_QUALITY, causeScores, rootCause } from "@bellwether/core/review/root-cause";
import type { RunSql } from "../lake-query.ts";
import { rowsOf } from "../review/rows.ts";
import type { ReadTexts } from "../review/texts.ts";

type Row = Readonly<Record<string, unknown>>;

const LABELS = "select * from reviews order by request_id, metric, reviewer";
const REQUESTS = `select r.request_id, r.app, r.variant, r.prompt_version, r.model_id, r.source_key, r.source_line,
  t.interaction_key
from requests as r inner join review_tasks as t on t.request_id = r.request_id`;
const EVALUATIONS = `select request_id, metric, score, judge_model, judge_version from evaluations
where status = 'scored' and request_id in (select request_id from reviews) order by request_id, metric`;

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

const scoreIn =
  (evaluations: readonly Row[]) =>
  (metric: string): number | null => {
    const score = evaluations.find((row) => row.metric === metric)?.score;
    return typeof score === "number" ? score : null;
  };

/** The newest right answer that a reviewer wrote; null without any. */
const referenceOf = (labels: readonly Label[]): string | null =>
  [...labels].sort((a, b) => b.at - a.at).find(({ correction }) => correction !== undefined)?.correction ??
  null;

/** Answers that people found bad, or `all` that they labelled, with their texts; those whose texts are gone are counted. */
export async function reviewedAnswers(
  runSql: RunSql,
  texts: ReadTexts,
  { app, all }: { readonly app: string | undefined; readonly all: boolean },
): Promise<{ readonly items: readonly GoldenItem[]; readonly unreadable: number }> {
  const labels = Map.groupBy((await rowsOf(runSql, LABELS)).map(labelFromRow), ({ requestId }) => requestId);
  const evaluations = Map.groupBy(await rowsOf(runSql, EVALUATIONS), (row) => String(row.request_id));
  const items: GoldenItem[] = [];
  let unreadable = 0;
  for (const row of await rowsOf(runSql, REQUESTS)) {
    const requestId = String(row.request_id);
    const given = labels.get(requestId) ?? [];
    const label = consensus(given.filter(({ metric }) => metric === "quality"));
    if (label === undefined || (!all && label >= BAD_QUALITY)) continue;
    if (app !== undefined && row.app !== app) continue;
    const [sourceKey, sourceLine] = [String(row.source_key), Number(row.source_line)];
    const found = await texts({
      requestId,
      sourceKey,
      sourceLine,
      interactionKey: text(row.interaction_key),
    });
    if (!found.ok || found.conversation.answer === undefined) {
      unreadable += 1;
      continue;
    }
    const judged = evaluations.get(requestId) ?? [];
    const quality = judged.find(({ metric }) => metric === "quality");
    items.push({
      id: requestId,
      question: found.conversation.question ?? null,
      contexts: found.conversation.contexts,
      answer: found.conversation.answer,
      reference: referenceOf(given),
      label,
      rootCause: rootCause(causeScores(scoreIn(judged))),
      lineage: {
        requestId,
        app: String(row.app),
        variant: text(row.variant),
        promptVersion: text(row.prompt_version),
        modelId: text(row.model_id),
        judgeModel: text(quality?.judge_model),
        judgeVersion: text(quality?.judge_version),
        source: `${sourceKey}#${sourceLine}`,
        labels: given.map(({ reviewer, metric, label: one, at }) => ({
          reviewer,
          metric,
          label: one,
          at: new Date(at).toISOString(),
        })),
      },
    });
  }
  return { items, unreadable };
}
