import type { LakeRow, LakeTable } from "../lake/tables.ts";

/** Whose data is to go; without an app, in every app. */
export interface Person {
  readonly user: string;
  readonly app?: string;
}

/** What was found of a person before anything is removed. */
export interface Theirs {
  readonly requestIds: ReadonlySet<string>;
  /** Feedback that they gave, or that others gave on their requests. */
  readonly feedbackIds: ReadonlySet<string>;
}

/**
 * Tables with rows about single persons, in the order in which they are rewritten. The requests come last: their rows
 * tell which others belong to the person, so a run that was cut off finds them again.
 */
export const PERSONAL_TABLES = [
  "evaluations_log",
  "reviews_log",
  "review_tasks_log",
  "quarantine_log",
  "incidents_log",
  "feedback_log",
  "requests_log",
] as const satisfies readonly LakeTable[];
export type PersonalTable = (typeof PERSONAL_TABLES)[number];

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const theirRequests = ({ user, app }: Person): string =>
  `user_id = ${literal(user)}${app === undefined ? "" : ` and app = ${literal(app)}`}`;

/** Requests of a person in any revision, and where their lines lie. */
export const requestsSql = (person: Person): string =>
  `select distinct request_id, app, source_key, source_line from requests_log where ${theirRequests(person)}`;

/** Feedback by the person or on their requests; with an app only on requests of that app. */
const feedbackCondition = (person: Person): string => {
  const onTheirs = `request_id in (select request_id from requests_log where ${theirRequests(person)})`;
  const inApp =
    person.app === undefined
      ? ""
      : ` and request_id in (select request_id from requests_log where app = ${literal(person.app)})`;
  return `(${onTheirs} or (user_id = ${literal(person.user)}${inApp}))`;
};

export const feedbackSql = (person: Person): string =>
  `select distinct feedback_id, request_id, user_id from feedback_log where ${feedbackCondition(person)}`;

/** Hours that may hold rows of the person, as `dt` and `hour`. */
export function placesSql(table: PersonalTable, person: Person): string {
  const places = `select distinct dt, hour from ${table}`;
  if (table === "requests_log") return `${places} where ${theirRequests(person)}`;
  if (table === "feedback_log") return `${places} where ${feedbackCondition(person)}`;
  // Raw bytes and documents: only reading tells.
  if (table === "quarantine_log" || table === "incidents_log") return places;
  return `${places} where request_id in (select request_id from requests_log where ${theirRequests(person)})`;
}

/** Log objects with lines that only repeat a record: such a line has no row that tells where it lies. */
export const repeatedSql = "select distinct source_key from objects_log where duplicate > 0";

/** Is the id in the text as a whole JSON string? */
const quotes = (text: string, id: string): boolean => text.includes(JSON.stringify(id));

/** Does a line that could not be read as a record speak of the person? */
export const speaksOf = (text: string, person: Person, theirs: Theirs): boolean =>
  (person.app === undefined && quotes(text, person.user)) ||
  (text.match(/"[^"\\]{1,256}"/g) ?? []).some((quoted) => theirs.requestIds.has(quoted.slice(1, -1)));

const FORGOTTEN = "[forgotten]";

/** The user where it stands alone: not as part of a longer word or id. */
function withoutUser(text: string, user: string): string {
  const escaped = user.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}_.@-])${escaped}(?![\\p{L}\\p{N}_@-])`, "gu"), FORGOTTEN);
}

function incident(row: LakeRow, { user, app }: Person): LakeRow {
  if (app !== undefined && row.app !== app) return row;
  const changed = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === "string" && name !== "app" ? withoutUser(value, user) : value,
  ]);
  return Object.fromEntries(changed);
}

/** The row without the person: `undefined` when it is theirs, the row itself when it says nothing of them. */
export function forgetIn(
  table: PersonalTable,
  row: LakeRow,
  person: Person,
  theirs: Theirs,
): LakeRow | undefined {
  if (table === "quarantine_log") {
    const raw = Buffer.from(String(row.raw ?? ""), "base64").toString("utf8");
    return speaksOf(raw, person, theirs) ? undefined : row;
  }
  if (table === "incidents_log") {
    const changed = incident(row, person);
    return JSON.stringify(changed) === JSON.stringify(row) ? row : changed;
  }
  const own =
    table === "feedback_log"
      ? theirs.feedbackIds.has(String(row.feedback_id))
      : theirs.requestIds.has(String(row.request_id));
  return own ? undefined : row;
}
