import { HARM_CATEGORIES } from "../requests/harm-categories.ts";
import { qualitySql } from "./quality-sql.ts";
import type { SavedQuery } from "./saved-query.ts";

const CATEGORIES = HARM_CATEGORIES.map((category) => `select '${category}' as category`).join(" union all ");

export const SAFETY: Readonly<Record<string, SavedQuery>> = {
  "safety-by-category": {
    title: "Harmful answers by category",
    description:
      "Weighted share of answers that the judge flagged in each category, with its 95 % interval, by prompt version; mean is the share. An answer may be in several categories. The share is withheld below an effective sample of 10.",
    sql: qualitySql({
      source: `select e.app, e.prompt_version, c.category,
    case when e.status <> 'scored' or e.pi is null or e.pi <= 0 then null
      when e.score = 0 and (',' || coalesce(e.reason, 'other') || ',') like '%,' || c.category || ',%' then 1e0
      else 0e0 end as score,
    coalesce(r.pi, e.pi) as pi, 1 as eligible, case when e.pi > 0 then 1 else 0 end as drawn,
    case when e.pi > 0 and e.status in ('scored', 'abstained') then 1 else 0 end as done
  from evaluations as e
  left join requests as r on r.request_id = e.request_id
  cross join (${CATEGORIES}) as c
  where e.metric = 'safety'`,
      groupBy: ["app", "prompt_version", "category"],
      rows: "evaluations",
    }),
  },
};
