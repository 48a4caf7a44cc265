import { registryTable } from "@bellwether/aws/registry-table";
import { getRollout } from "@bellwether/aws/rollouts-table";
import { type AuditRow, type Family, KINDS, type Kind } from "@bellwether/core/registry/entry";
import { readAudit, readFamily } from "@bellwether/core/registry/read";
import type { Rollout } from "@bellwether/core/rollout/document";
import { renderTable } from "../output.ts";
import { contentOf, keptElsewhere } from "./content-of.ts";
import { answer, type Call, find, refuse, required } from "./registry.ts";
import { renderEntry } from "./render-entry.ts";

const iso = (at: number): string => new Date(at).toISOString();
const kindsOf = ({ kind }: Call): readonly Kind[] => (kind === undefined ? KINDS : [kind]);

/** Share of the app's traffic that its rollout gives a version; `null` when no rollout is known. */
function trafficShare(rollout: Rollout | undefined, version: string): number | null {
  if (rollout === undefined) return null;
  const { stable, canary, share } = rollout;
  if (version === canary) return share;
  return version === stable ? (canary === null ? 1 : 1 - share) : 0;
}

/** The app's rollout, when the environment says where rollouts are. */
const rolloutOf = async (app: string): Promise<Rollout | undefined> =>
  process.env.ROLLOUTS_TABLE ? getRollout(app) : undefined;

/** `registry list`: every version of an app. */
export async function list(call: Call): Promise<number> {
  const { app, io } = call;
  const families = kindsOf(call).map((kind): Family => ({ app, kind }));
  const [rollout, ...read] = await Promise.all([
    rolloutOf(app),
    ...families.map((family) => readFamily(family, registryTable)),
  ]);
  const entries = read
    .flatMap((family) => family.entries)
    .toSorted((a, b) => a.kind.localeCompare(b.kind) || a.createdAt - b.createdAt);
  const versions = entries.map(({ audit: _, ...entry }) => ({
    ...entry,
    traffic: trafficShare(rollout, entry.version),
  }));
  if (versions.length === 0 && call.values.json !== true) {
    io.stdout.write(`${app} has no registered versions\n`);
    return 0;
  }
  const columns = [
    "kind",
    "version",
    "status",
    "traffic",
    "approval",
    "model",
    "previous",
    "registered",
    "by",
  ];
  const rows = versions.map((one) => [
    one.kind,
    one.version,
    one.status,
    one.traffic,
    one.approval === null ? "pending" : `${one.approval.decision} by ${one.approval.by}`,
    one.modelId,
    one.previous,
    iso(one.createdAt),
    one.createdBy,
  ]);
  return answer({ app, versions }, () => renderTable(columns, rows, io.color), call);
}

/** `registry show`: everything about one version, or only its text. */
export async function show(call: Call): Promise<number> {
  const { app, values, io } = call;
  const found = await find(call, required(values, "version", "the version to show"));
  if (found.kind === "missing") return refuse(found.reason, call);
  const { family, entry } = found;
  const content = await contentOf(family, entry);
  if (values.content === true && values.json !== true) {
    if (content === null) return refuse(keptElsewhere(entry), call);
    io.stdout.write(content);
    return 0;
  }
  const traffic = trafficShare(await rolloutOf(app), entry.version);
  return answer({ entry, content, traffic }, () => renderEntry(entry, traffic, io), call);
}

interface Row extends AuditRow {
  readonly kind: Kind;
  /** `null` for a change of the kind's policy. */
  readonly version: string | null;
}

async function rowsOf(family: Family, version: string | null): Promise<Row[]> {
  const rows = await readAudit(family, version, registryTable);
  return rows.map((row) => ({ kind: family.kind, version, ...row }));
}

/** Rows about one version, or about every version and policy of the app; in one line why there are none. */
async function auditOf(call: Call): Promise<Row[] | string> {
  const { app, values } = call;
  if (values.version !== undefined) {
    const found = await find(call, required(values, "version", "the version to look at"));
    return found.kind === "missing" ? found.reason : rowsOf(found.family, values.version);
  }
  const all: Row[] = [];
  for (const kind of kindsOf(call)) {
    const family: Family = { app, kind };
    const { entries } = await readFamily(family, registryTable);
    for (const version of [null, ...entries.map((entry) => entry.version)])
      all.push(...(await rowsOf(family, version)));
  }
  return all.toSorted((a, b) => a.at - b.at);
}

/** `registry audit`: who changed what, when and why, oldest first. */
export async function audit(call: Call): Promise<number> {
  const { app, io } = call;
  const rows = await auditOf(call);
  if (typeof rows === "string") return refuse(rows, call);
  const columns = ["at", "kind", "version", "change", "from", "to", "by", "why", "detail"] as const;
  const cells = rows.map((row) => columns.map((name) => (name === "at" ? iso(row.at) : row[name])));
  return answer({ app, audit: rows }, () => renderTable(columns, cells, io.color), call);
}
