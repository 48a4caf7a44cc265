import type { AuditRow, Entry, Family } from "./entry.ts";
import type { Head } from "./head.ts";

/** What the registry needs from its table; reads see every earlier write. */
export interface RegistryDeps {
  readonly getHead: (family: Family) => Promise<Head | undefined>;
  /** Compare-and-set; `expected` 0 means that there is none yet. False when somebody was faster. */
  readonly putHead: (next: Head, expected: number) => Promise<boolean>;
  readonly getEntry: (family: Family, version: string) => Promise<Entry | undefined>;
  /** Compare-and-set; `expected` 0 means that there is none yet. False when somebody was faster. */
  readonly putEntry: (next: Entry, expected: number) => Promise<boolean>;
  /** Every entry of a family, by version. */
  readonly listEntries: (family: Family) => Promise<Entry[]>;
  /** Keeps rows that leave an item, overwriting equal ones; `version` is `null` for the family's own. */
  readonly keepAudit: (family: Family, version: string | null, rows: readonly AuditRow[]) => Promise<void>;
  readonly keptAudit: (family: Family, version: string | null) => Promise<AuditRow[]>;
  /** Keeps a text under its hash. */
  readonly putContent: (family: Family, hash: string, text: string) => Promise<void>;
  readonly getContent: (family: Family, hash: string) => Promise<string | undefined>;
}
