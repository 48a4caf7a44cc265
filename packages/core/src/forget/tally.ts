import type { Person, Theirs } from "./person-rows.ts";

/** What could not be removed, and why. */
interface Remaining {
  readonly what: string;
  readonly why: string;
}

/** What is gone, or would go in a dry run. */
export interface Forgotten {
  readonly requests: number;
  /** Rows removed by lake table; rows of incidents only lose the name. */
  readonly lakeRows: Record<string, number>;
  readonly documents: number;
  readonly goldenLines: number;
  /** DynamoDB items removed or changed; null in a dry run and where there is no stage. */
  readonly items: number | null;
  /** Log lines by the key of their object, 1-based. */
  readonly logLines: Record<string, number[]>;
  readonly offloadedBodies: number;
  readonly remaining: Remaining[];
}

/** The same while it is counted. */
export type Tally = { -readonly [Name in keyof Forgotten]: Forgotten[Name] };

/** What was found of a person before anything is removed. */
export interface Found {
  readonly person: Person;
  readonly theirs: Theirs;
  readonly apps: ReadonlySet<string>;
  /** Known lines of the person by log object. */
  readonly lines: ReadonlyMap<string, readonly number[]>;
  /** Log objects to look into. */
  readonly objects: ReadonlySet<string>;
  /** `key#line` of lines that were no records. */
  readonly unreadable: Set<string>;
  /** Votes of the person on other people's requests. */
  readonly votedOn: ReadonlySet<string>;
}

/** Notes what stays, once. */
export function note(tally: Tally, what: string, why: string): void {
  if (!tally.remaining.some((known) => known.what === what && known.why === why))
    tally.remaining.push({ what, why });
}
