import { instantKey, instantOf } from "@bellwether/core/windows/bucket";
import type { DirtyMark } from "@bellwether/core/windows/fold-dirty";
import { expiry, joinKey, readS, S } from "./attributes.ts";
import { batchWrite } from "./batch-write.ts";
import { environment } from "./environment.ts";
import { queryAll } from "./query-all.ts";

/** `dirty`: buckets to fold; `dirty-hour`: hours whose total is to be made anew. */
export type MarkKind = "dirty" | "dirty-hour";

const RETENTION_DAYS = 100;

const markKey = (kind: MarkKind, app: string): string => joinKey(kind, app);

/** Leaves a mark per instant; each write has its own `token`, so that a reader removes only what it has seen. */
export async function leaveMarks(
  kind: MarkKind,
  marks: readonly { readonly app: string; readonly at: number }[],
  token: string,
  now: number,
): Promise<void> {
  await batchWrite(
    environment("STATE_TABLE"),
    marks.map(({ app, at }) => ({
      PutRequest: {
        Item: {
          pk: S(markKey(kind, app)),
          sk: S(`${instantKey(at)}|${token}`),
          expireAt: expiry(now, RETENTION_DAYS),
        },
      },
    })),
  );
}

/** Marked instants of an app from `from` on, oldest first, out of at most `limit` marks. */
export async function readMarks(
  kind: MarkKind,
  app: string,
  from: number,
  limit: number,
): Promise<DirtyMark[]> {
  const pk = markKey(kind, app);
  const items = await queryAll(environment("STATE_TABLE"), pk, instantKey(from), "9", { limit });
  const byInstant = new Map<number, string[]>();
  for (const item of items) {
    const key = readS(item, "sk") ?? "";
    const at = instantOf(key);
    const tokens = byInstant.get(at);
    if (tokens === undefined) byInstant.set(at, [key]);
    else tokens.push(key);
  }
  return [...byInstant].map(([bucket, tokens]) => ({ bucket, tokens }));
}

/** Removes exactly these marks; what was written since has marks of its own. */
export async function removeMarks(kind: MarkKind, app: string, marks: readonly DirtyMark[]): Promise<void> {
  const keys = marks.flatMap(({ tokens }) => tokens);
  await batchWrite(
    environment("STATE_TABLE"),
    keys.map((sk) => ({ DeleteRequest: { Key: { pk: S(markKey(kind, app)), sk: S(sk) } } })),
  );
}

/** Buckets of an app written since they were last folded. */
export const dirtyMarks = (app: string, from: number, limit: number): Promise<DirtyMark[]> =>
  readMarks("dirty", app, from, limit);

export const clearMarks = (app: string, marks: readonly DirtyMark[]): Promise<void> =>
  removeMarks("dirty", app, marks);
