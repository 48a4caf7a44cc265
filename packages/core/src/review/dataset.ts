import type { RootCause } from "./root-cause.ts";

/** One case of a golden set: what was asked, given and answered, what people made of it, and where it comes from. */
export interface GoldenItem {
  readonly id: string;
  readonly question: string | null;
  readonly contexts: readonly string[];
  readonly answer: string;
  /** The right answer, where a reviewer wrote one. */
  readonly reference: string | null;
  /** People's consensus on quality, [0, 1]. */
  readonly label: number;
  readonly rootCause: RootCause;
  readonly lineage: {
    readonly requestId: string;
    readonly app: string;
    readonly variant: string | null;
    readonly promptVersion: string | null;
    readonly modelId: string | null;
    readonly judgeModel: string | null;
    readonly judgeVersion: string | null;
    readonly source: string;
    readonly labels: readonly {
      readonly reviewer: string;
      readonly metric: string;
      readonly label: number | null;
      readonly at: string;
    }[];
  };
}

/** JSON Lines of a golden set, ordered by id: the same items give the same bytes. */
export const goldenLines = (items: readonly GoldenItem[]): string =>
  [...items]
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
    .map((item) => `${JSON.stringify(item)}\n`)
    .join("");

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Key of a version of a golden set in the lake bucket; throws RangeError for a name that is none. */
export function goldenKey(name: string, version: string): string {
  if (!NAME.test(name))
    throw new RangeError(`a data set's name has lower-case letters, digits, ".", "_" and "-", got ${name}`);
  return `golden/${name}/${version}.jsonl`;
}
