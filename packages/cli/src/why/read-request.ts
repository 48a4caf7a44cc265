import { bindSavedQuery } from "@bellwether/core/lake/bind-query";
import { queryLake } from "../lake-query.ts";

type Row = Readonly<Record<string, unknown>>;

/** Everything the lake knows about one request; `request` is the latest revision, null when there is no record. */
export interface RequestStory {
  readonly request: Row | null;
  readonly evaluations: readonly Row[];
  readonly feedback: readonly Row[];
}

const REQUEST = "select * from requests where request_id = ?";
const EVALUATIONS = `select metric, status, score, reason, uncertainty, injection, judge_model, judge_version, cost_usd
from evaluations where request_id = ? order by case when metric = 'quality' then 0 else 1 end, metric`;
const FEEDBACK = `select "at", kind, value, negative, comment, user_id, feedback_id
from feedback where request_id = ? order by "at", feedback_id`;

/** Reads a request out of the lake under `out` (or the Athena that the environment names). */
export async function readRequest(out: string | undefined, requestId: string): Promise<RequestStory> {
  const rowsOf = async (sql: string): Promise<Row[]> => {
    const bound = bindSavedQuery(
      { title: "", description: "", sql, parameters: ["request_id"] },
      { request_id: requestId },
    );
    const { columns, rows } = await queryLake({ out }, bound);
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
  };
  const [request = null] = await rowsOf(REQUEST);
  return { request, evaluations: await rowsOf(EVALUATIONS), feedback: await rowsOf(FEEDBACK) };
}
