import type { RegistryDeps } from "@bellwether/core/registry/deps";
import type { AuditRow, Entry, Family } from "@bellwether/core/registry/entry";
import type { Head } from "@bellwether/core/registry/head";
import { type Definition, register } from "@bellwether/core/registry/register";

export const PROMPTS: Family = { app: "bot", kind: "prompt" };
export const ADA = { by: "ada", at: Date.UTC(2026, 9, 6), why: "because" };

export const definition = (version: string, text = `text of ${version}`): Definition => ({
  ...PROMPTS,
  version,
  text,
  uri: null,
  modelId: null,
  parameters: {},
});

/** The process died before a write. */
export class Crash extends Error {}

export interface MemoryRegistry {
  readonly heads: Map<string, Head>;
  readonly entries: Map<string, Entry>;
  readonly contents: Map<string, string>;
  readonly deps: RegistryDeps;
  /** Writes that succeed before the next one crashes, once. */
  crashAfter(writes: number): void;
}

/** The registry's table in maps, with the compare-and-set of the real one; documents are copied in and out. */
export function memoryRegistry(onWrite: (entries: Map<string, Entry>) => void = () => {}): MemoryRegistry {
  const heads = new Map<string, Head>();
  const entries = new Map<string, Entry>();
  const contents = new Map<string, string>();
  const audits = new Map<string, AuditRow>();
  let left = Number.POSITIVE_INFINITY;
  const key = ({ app, kind }: Family, ...more: string[]) => [app, kind, ...more].join(" ");
  const write = (effect: () => void): void => {
    if (left-- <= 0) {
      left = Number.POSITIVE_INFINITY;
      throw new Crash();
    }
    effect();
    onWrite(entries);
  };
  function compareAndSet<T extends { readonly seq: number }>(
    table: Map<string, T>,
    id: string,
    next: T,
    expected: number,
  ): boolean {
    if ((table.get(id)?.seq ?? 0) !== expected) return false;
    write(() => table.set(id, structuredClone(next)));
    return true;
  }
  const deps: RegistryDeps = {
    getHead: async (family) => structuredClone(heads.get(key(family))),
    putHead: async (next, expected) => compareAndSet(heads, key(next), next, expected),
    getEntry: async (family, version) => structuredClone(entries.get(key(family, version))),
    putEntry: async (next, expected) => compareAndSet(entries, key(next, next.version), next, expected),
    listEntries: async ({ app, kind }) =>
      structuredClone([...entries.values()].filter((entry) => entry.app === app && entry.kind === kind)),
    keepAudit: async (family, version, rows) => {
      for (const row of rows)
        write(() => audits.set(key(family, `${version}`, String(row.seq)), structuredClone(row)));
    },
    keptAudit: async (family, version) =>
      [...audits].flatMap(([id, row]) => (id.startsWith(`${key(family, `${version}`)} `) ? [row] : [])),
    putContent: async (family, hash, text) => write(() => contents.set(key(family, hash), text)),
    getContent: async (family, hash) => contents.get(key(family, hash)),
  };
  const crashAfter = (writes: number): void => {
    left = writes;
  };
  return { heads, entries, contents, deps, crashAfter };
}

/** A registry with these prompt versions as candidates. */
export async function registryWith(...versions: string[]): Promise<MemoryRegistry> {
  const registry = memoryRegistry();
  for (const version of versions) await register(definition(version), ADA, registry.deps);
  return registry;
}
