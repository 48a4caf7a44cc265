import type { ObjectStore } from "./deps.ts";

/** The object is damaged or of a kind we cannot write: another run would find it the same. */
export class UnwritableError extends Error {}

/** Only what the object itself is to blame for; a broken connection must end the run, so that the next one goes on. */
export async function readable<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new UnwritableError(error instanceof Error ? error.message : String(error));
  }
}

/** Somebody else writes the object at the same time: read it again, that often. */
const TRIES = 5;

/** Changes an object while nobody else does: `change` gives the new bytes, null to remove it, undefined to leave it. */
export async function change(
  store: ObjectStore,
  key: string,
  dryRun: boolean,
  next: (bytes: Uint8Array) => Promise<Uint8Array | null | undefined>,
): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const object = await store.read(key);
    const bytes = object && (await next(object.bytes));
    if (object === undefined || bytes === undefined) return false;
    if (dryRun) return true;
    const done =
      bytes === null ? await store.remove(key, object.etag) : await store.replace(key, bytes, object.etag);
    if (done) return true;
  }
  throw new Error(`${key} changed ${TRIES} times while it was rewritten; run it again`);
}
