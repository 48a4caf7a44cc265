import { asDecided, splitAudit } from "./apply.ts";
import type { RegistryDeps } from "./deps.ts";
import type { Entry, Family } from "./entry.ts";
import { emptyHead, type Head } from "./head.ts";

/** Rounds of a compare-and-set loop; every lost round is somebody else's progress. */
export const ATTEMPTS = 16;

/** Somebody else changed the same versions in every one of the attempts; nothing was decided. */
export class ContentionError extends Error {
  override readonly name = "ContentionError";
}

export const contention = ({ app, kind }: Family): ContentionError =>
  new ContentionError(`the ${kind} versions of ${app} are changing too fast; try again`);

/** Stores an entry; rows that no longer fit are kept as items before the item lets go of them. */
async function storeEntry(next: Entry, expected: number, deps: RegistryDeps): Promise<boolean> {
  const { kept, old } = splitAudit(next.audit);
  // A row in the stored item is settled history, so keeping it early is harmless when the write below is lost.
  if (old.length > 0) await deps.keepAudit(next, next.version, old);
  return deps.putEntry({ ...next, audit: kept }, expected);
}

async function applyTo(family: Family, version: string, head: Head, deps: RegistryDeps): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const entry = await deps.getEntry(family, version);
    if (entry === undefined)
      throw new Error(`the registry decided about ${family.kind} ${version} of ${family.app}, which is gone`);
    const next = asDecided(entry, head);
    if (next === entry || (await storeEntry(next, entry.seq, deps))) return;
  }
  throw contention(family);
}

/** Finishes what is decided but not written to every entry, and returns the head with nothing left to do; safe to repeat, by many at once. */
export async function settle(family: Family, deps: RegistryDeps): Promise<Head> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const head = (await deps.getHead(family)) ?? emptyHead(family);
    if (head.pending === null) return head;
    for (const { version } of head.pending.changes) await applyTo(family, version, head, deps);
    const done: Head = { ...head, pending: null, seq: head.seq + 1 };
    if (await deps.putHead(done, head.seq)) return done;
  }
  throw contention(family);
}
