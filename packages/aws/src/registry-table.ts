import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { RegistryDeps } from "@bellwether/core/registry/deps";
import {
  type AuditRow,
  auditSchema,
  type Entry,
  entrySchema,
  type Family,
} from "@bellwether/core/registry/entry";
import { type Head, headSchema } from "@bellwether/core/registry/head";
import { type Item, JSON_S, joinKey, N, readJson, readS, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";
import { unlessConditionFailed } from "./failed-condition.ts";
import { queryAll } from "./query-all.ts";

const HEAD = "head";
const ENTRY_PREFIX = joinKey("version", "");
const entryKey = (version: string): string => joinKey("version", version);
const contentKey = (hash: string): string => joinKey("content", hash);
/** Rows of the family itself stand under the empty version, which no version is called. */
const auditPrefix = (version: string | null): string => joinKey("audit", version ?? "", "");
const auditKey = (version: string | null, seq: number): string =>
  auditPrefix(version) + String(seq).padStart(10, "0");

const keyOf = ({ app, kind }: Family, sk: string): Item => ({ pk: S(joinKey(app, kind)), sk: S(sk) });

async function get(family: Family, sk: string): Promise<Item | undefined> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({
      TableName: environment("REGISTRY_TABLE"),
      Key: keyOf(family, sk),
      ConsistentRead: true,
    }),
  );
  return Item;
}

/** Writes an item with a `seq` only while the stored one has the `seq` `expected`, 0 for none. */
async function compareAndSet(
  family: Family,
  sk: string,
  document: Head | Entry,
  expected: number,
): Promise<boolean> {
  const written = await unlessConditionFailed(
    dynamoDb().send(
      new PutItemCommand({
        TableName: environment("REGISTRY_TABLE"),
        Item: { ...keyOf(family, sk), seq: N(document.seq), document: JSON_S(document) },
        ...(expected === 0
          ? { ConditionExpression: "attribute_not_exists(pk)" }
          : { ConditionExpression: "seq = :seq", ExpressionAttributeValues: { ":seq": N(expected) } }),
      }),
    ),
  );
  return written !== undefined;
}

/** Keys are ASCII, so DEL ends every key with this prefix. */
const startingWith = ({ app, kind }: Family, prefix: string): Promise<Item[]> =>
  queryAll(environment("REGISTRY_TABLE"), joinKey(app, kind), prefix, `${prefix}\u007f`);

/** Head of a family, `undefined` before its first decision; throws on a document it cannot read. */
async function getHead(family: Family): Promise<Head | undefined> {
  const item = await get(family, HEAD);
  return item === undefined ? undefined : headSchema.parse(readJson(item, "document"));
}

/** Compare-and-set of a head; false when somebody was faster. */
const putHead = (next: Head, expected: number): Promise<boolean> => compareAndSet(next, HEAD, next, expected);

/** A registered version; throws on a document it cannot read. */
async function getEntry(family: Family, version: string): Promise<Entry | undefined> {
  const item = await get(family, entryKey(version));
  return item === undefined ? undefined : entrySchema.parse(readJson(item, "document"));
}

/** Compare-and-set of a version; false when somebody was faster. */
const putEntry = (next: Entry, expected: number): Promise<boolean> =>
  compareAndSet(next, entryKey(next.version), next, expected);

/** Every version of a family, by name. */
async function listEntries(family: Family): Promise<Entry[]> {
  const items = await startingWith(family, ENTRY_PREFIX);
  return items.map((item) => entrySchema.parse(readJson(item, "document")));
}

/** Keeps audit rows as items that nothing deletes; the same row again overwrites itself. */
async function keepAudit(family: Family, version: string | null, rows: readonly AuditRow[]): Promise<void> {
  for (const row of rows) {
    await dynamoDb().send(
      new PutItemCommand({
        TableName: environment("REGISTRY_TABLE"),
        Item: { ...keyOf(family, auditKey(version, row.seq)), document: JSON_S(row) },
      }),
    );
  }
}

/** Audit rows that left their item, oldest first. */
async function keptAudit(family: Family, version: string | null): Promise<AuditRow[]> {
  const items = await startingWith(family, auditPrefix(version));
  return auditSchema.parse(items.map((item) => readJson(item, "document")));
}

/** Keeps a text under its hash. */
async function putContent(family: Family, hash: string, text: string): Promise<void> {
  await dynamoDb().send(
    new PutItemCommand({
      TableName: environment("REGISTRY_TABLE"),
      Item: { ...keyOf(family, contentKey(hash)), text: S(text) },
    }),
  );
}

/** The text with this hash, when the registry keeps it. */
async function getContent(family: Family, hash: string): Promise<string | undefined> {
  const item = await get(family, contentKey(hash));
  return item === undefined ? undefined : readS(item, "text");
}

/** The stage's registry, as core/registry asks for it. */
export const registryTable: RegistryDeps = {
  getHead,
  putHead,
  getEntry,
  putEntry,
  listEntries,
  keepAudit,
  keptAudit,
  putContent,
  getContent,
};
