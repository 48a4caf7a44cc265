import { asDecided } from "./apply.ts";
import type { RegistryDeps } from "./deps.ts";
import type { AuditRow, Entry, Family } from "./entry.ts";
import { emptyHead, type Head } from "./head.ts";
import { ATTEMPTS, contention } from "./settle.ts";

/** Head and entries of a family as they are decided at one moment; writes nothing. Throws ContentionError when they never held still. */
export async function readFamily(
  family: Family,
  deps: RegistryDeps,
): Promise<{ readonly head: Head; readonly entries: Entry[] }> {
  let head = (await deps.getHead(family)) ?? emptyHead(family);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const entries = await deps.listEntries(family);
    const after = (await deps.getHead(family)) ?? emptyHead(family);
    if (after.seq === head.seq) return { head, entries: entries.map((entry) => asDecided(entry, head)) };
    head = after;
  }
  throw contention(family);
}

/** A version as it is decided; writes nothing. */
export async function readVersion(
  family: Family,
  version: string,
  deps: RegistryDeps,
): Promise<Entry | undefined> {
  const head = (await deps.getHead(family)) ?? emptyHead(family);
  const entry = await deps.getEntry(family, version);
  return entry === undefined ? undefined : asDecided(entry, head);
}

/** Every change ever made to a version, oldest first; `null` for the family's policy. */
export async function readAudit(
  family: Family,
  version: string | null,
  deps: RegistryDeps,
): Promise<AuditRow[]> {
  // The item first: a row that leaves it meanwhile is found among the kept ones.
  const recent =
    version === null
      ? ((await deps.getHead(family))?.audit ?? [])
      : ((await readVersion(family, version, deps))?.audit ?? []);
  const kept = await deps.keptAudit(family, version);
  const bySeq = new Map([...kept, ...recent].map((row) => [row.seq, row]));
  return [...bySeq.values()].toSorted((a, b) => a.seq - b.seq);
}
