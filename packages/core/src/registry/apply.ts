import { AUDIT_KEPT, type AuditRow, type Entry, type Who } from "./entry.ts";
import type { Change, Head } from "./head.ts";
import { measuredWords, withMeasured } from "./measure.ts";

type Effect = { readonly fields: Partial<Entry> } & Pick<AuditRow, "change" | "detail">;

function effectOf(entry: Entry, change: Change, { by, at, why }: Who): Effect {
  switch (change.kind) {
    case "move": {
      const fields: Partial<Entry> = { status: change.to };
      if (change.to === "candidate") fields.approval = null;
      if (change.to !== "production") return { fields, change: "moved", detail: null };
      const detail = change.replaces === null ? null : `replaces ${change.replaces}`;
      return {
        fields: { ...fields, previous: change.replaces ?? entry.previous },
        change: "moved",
        detail,
      };
    }
    case "approve":
      return {
        fields: { approval: { decision: "approved", by, at, why } },
        change: "approved",
        detail: null,
      };
    case "reject":
      return {
        fields: { approval: { decision: "rejected", by, at, why } },
        change: "rejected",
        detail: null,
      };
    case "gate": {
      const { gate } = change;
      const detail = `${gate.passed ? "passed" : "failed"}: ${gate.detail}`;
      return { fields: { gate }, change: "gated", detail };
    }
    case "measure":
      return {
        fields: withMeasured(entry, change.measured),
        change: "measured",
        detail: measuredWords(change.measured),
      };
  }
}

/** The entry after a decided change, with one more audit row; `decided` is the `seq` of the head that decided. */
export function applyChange(entry: Entry, change: Change, who: Who, decided: number): Entry {
  const { fields, ...words } = effectOf(entry, change, who);
  const { by, at, why } = who;
  const next: Entry = { ...entry, ...fields, seq: entry.seq + 1, applied: decided };
  const row: AuditRow = { seq: next.seq, at, by, why, ...words, from: entry.status, to: next.status };
  return { ...next, audit: [...entry.audit, row] };
}

/** The entry as the head has decided, also when the decision is not written to it yet. */
export function asDecided(entry: Entry, head: Head): Entry {
  const { pending, seq } = head;
  if (pending === null || entry.applied >= seq) return entry;
  const changes = pending.changes.filter(({ version }) => version === entry.version);
  return changes.reduce((decided, { change }) => applyChange(decided, change, pending, seq), entry);
}

/** The newest audit rows, which stay in the item, and the older ones, which become items of their own. */
export function splitAudit(audit: readonly AuditRow[]): { kept: AuditRow[]; old: AuditRow[] } {
  return { kept: audit.slice(-AUDIT_KEPT), old: audit.slice(0, -AUDIT_KEPT) };
}
