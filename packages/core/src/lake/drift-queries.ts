import type { SavedQuery } from "./saved-query.ts";

/** Queries over what detect-drift saw. */
export const DRIFT_QUERIES: Readonly<Record<string, SavedQuery>> = {
  "drift-now": {
    title: "Drift now",
    description:
      "The newest reading of every series and segment with its evidence, the strongest first. A series that is still learning has no row; value and expected are logarithms for tokens, lengths, times and costs, 2√(n + 3/8) for volume.",
    sql: `select app, kind, series, segment, "at", n, value, expected, effect, effect_sd, log_e, p_value, onset
from (
  select d.*, row_number() over (partition by app, series, segment order by "at" desc) as newest
  from drift as d
) as latest
where newest = 1
order by app, log_e desc, series, segment`,
  },
  incidents: {
    title: "Incidents of the detectors",
    description: "What drifted, since when, and how it ended, newest first.",
    sql: `select "at", app, source, kind, status, ending, onset, closed_at, subjects, summary
from incidents
order by "at" desc, incident_id`,
  },
};
