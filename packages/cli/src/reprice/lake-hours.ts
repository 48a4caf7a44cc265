import { appCallsSql } from "@bellwether/core/lake/cost-sql";
import { LAKE_TABLES, type LakeRow, type LakeTable } from "@bellwether/core/lake/tables";
import type { Lake } from "@bellwether/local/lake/open-lake";
import { table } from "../report/rows.ts";

/** A partition of the lake: an hour of event time, UTC. */
export interface LakeHour {
  /** `YYYY-MM-DD` */
  readonly dt: string;
  /** `HH` */
  readonly hour: string;
}

/** Hours with requests on the days `from` to `until`, both included, oldest first. */
export const hoursOf = (lake: Lake, from: string, until: string): Promise<LakeHour[]> =>
  table(
    lake,
    `select distinct dt, hour from requests where dt between '${from}' and '${until}' order by dt, hour`,
  );

const within = ({ dt, hour }: LakeHour): string => `dt = '${dt}' and hour = '${hour}'`;

/** The latest revision of every row of an hour, in a fixed order. */
export function rowsOf(
  lake: Lake,
  view: "requests" | "rollups",
  logTable: LakeTable,
  hour: LakeHour,
): Promise<LakeRow[]> {
  const columns = LAKE_TABLES[logTable].columns.map(({ name }) => `"${name}"`).join(", ");
  const key = LAKE_TABLES[logTable].key.map((name) => `"${name}"`).join(", ");
  return table(lake, `select ${columns} from ${view} where ${within(hour)} order by ${key}`);
}

/** What the apps' requests of an hour cost by segment, 1e-12 USD. */
export const spentIn = (lake: Lake, hour: LakeHour): Promise<LakeRow[]> =>
  table(
    lake,
    `select app, variant, prompt_version, model_id, coalesce(sum(cost_pico_usd), 0) as cost_pico_usd
     from requests where ${within(hour)} and ${appCallsSql("requests")} group by all`,
  );
