import { hash } from "node:crypto";
import { type AttributeValue, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Claim, ClaimResult } from "@bellwether/core/ingest/deps";
import { areTwoDestinations } from "@bellwether/core/ingest/subscription";
import type { PackedCost } from "@bellwether/core/prices/cost-columns";
import type { Outcome, RequestDecision } from "@bellwether/core/requests/decision";
import type { Judgement, RequestItem, Vote } from "@bellwether/core/requests/request-item";
import { expiry, type Item, JSON_S, joinKey, N, readJson, readN, readS, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";
import { unlessConditionFailed } from "./failed-condition.ts";
import { encodeRow, readRow } from "./request-row.ts";

/** Requests and their votes are remembered this long, days. */
const RETENTION_DAYS = 35;
const VOTE_PREFIX = "fb_";

export const requestKey = (requestId: string): Item => ({ id: S(`r#${requestId}`) });
/** Attribute with a user's vote, and the one that orders their votes. */
export function voteAttributes(user: string): { readonly vote: string; readonly stamp: string } {
  const digest = hash("sha1", user, "hex").slice(0, 10);
  return { vote: `${VOTE_PREFIX}${digest}`, stamp: `vt_${digest}_at` };
}

function readItem(requestId: string, item: Item): RequestItem {
  const optional = {
    source: readS(item, "src"),
    row: readRow(item),
    decision: readJson<RequestDecision>(item, "dec"),
    interactionKey: readS(item, "ik"),
    measured: readJson<NonNullable<RequestItem["measured"]>>(item, "im"),
    earlyVariant: readS(item, "iv"),
    lateVariant: readS(item, "cv"),
    repriced: readJson<PackedCost>(item, "pr"),
    judgement: readJson<Judgement>(item, "jg"),
    outcome: readJson<{ outcome: Outcome; reason: string | null }>(item, "oc"),
  };
  const votes = Object.keys(item)
    .filter((name) => name.startsWith(VOTE_PREFIX))
    .sort()
    .map((name) => readJson<[number, string, boolean, string]>(item, name))
    .filter((vote) => vote !== undefined)
    .map(([at, feedbackId, negative, user]): Vote => ({ at, feedbackId, negative, user }));
  const negativeAt = item.ng?.NS?.map(Number).sort((a, b) => a - b);
  const known = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { requestId, rev: readN(item, "rev") ?? 0, votes, ...(negativeAt && { negativeAt }), ...known };
}

export async function getRequest(requestId: string): Promise<RequestItem | undefined> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({
      TableName: environment("REQUESTS_TABLE"),
      Key: requestKey(requestId),
      ConsistentRead: true,
    }),
  );
  return Item === undefined ? undefined : readItem(requestId, Item);
}

interface Change {
  readonly set: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, AttributeValue>>;
  readonly condition?: string;
  readonly remove?: readonly string[];
  /** Numbers to add to a set of numbers. */
  readonly add?: Readonly<Record<string, string>>;
  /** Default `ALL_NEW`. */
  readonly returns?: "ALL_NEW" | "ALL_OLD";
}

/** One update of a request item; `undefined` when the condition did not hold. Names are plain attributes, values `:name`. */
async function update(requestId: string, change: Change): Promise<RequestItem | undefined> {
  const sets = Object.entries(change.set).map(([name, expression]) => `#${name} = ${expression}`);
  const removes = change.remove?.length
    ? ` REMOVE ${change.remove.map((name) => `#${name}`).join(", ")}`
    : "";
  const adds = Object.entries(change.add ?? {}).map(([name, value]) => `#${name} ${value}`);
  const added = adds.length > 0 ? ` ADD ${adds.join(", ")}` : "";
  const expression = `SET ${sets.join(", ")}${removes}${added}`;
  const names = `${expression} ${change.condition ?? ""}`.matchAll(/#(\w+)/g);
  const answer = await unlessConditionFailed(
    dynamoDb().send(
      new UpdateItemCommand({
        TableName: environment("REQUESTS_TABLE"),
        Key: requestKey(requestId),
        UpdateExpression: expression,
        ExpressionAttributeNames: Object.fromEntries(
          [...names].map(([reference, name]) => [reference, name ?? ""]),
        ),
        ExpressionAttributeValues: change.values,
        ...(change.condition === undefined ? {} : { ConditionExpression: change.condition }),
        ReturnValues: change.returns ?? "ALL_NEW",
      }),
    ),
  );
  return answer === undefined ? undefined : readItem(requestId, answer.Attributes ?? {});
}

/** A line claims its request id; the same line passes again on a retry, the first decision stands. */
export async function claimRequest(claim: Claim, now: number): Promise<ClaimResult> {
  const { requestId, source, bodyHash, row, decision } = claim;
  // Asking for the old item keeps the usual answer empty: nobody knew this id before.
  const before = await update(requestId, {
    set: {
      src: ":src",
      h: ":h",
      row: "if_not_exists(#row, :row)",
      expireAt: ":expireAt",
      dec: "if_not_exists(#dec, :dec)",
      rev: "if_not_exists(#rev, :one)",
    },
    values: {
      ":src": S(source),
      ":h": S(bodyHash),
      ":row": encodeRow(row),
      ":expireAt": expiry(now, RETENTION_DAYS),
      ":dec": JSON_S(decision),
      ":one": N(1),
    },
    condition: "attribute_not_exists(#src) OR #src = :src",
    returns: "ALL_OLD",
  });
  if (before !== undefined) {
    return {
      kind: "claimed",
      item: { decision, row, ...before, source, rev: before.rev === 0 ? 1 : before.rev },
    };
  }
  const { Item } = await dynamoDb().send(
    new GetItemCommand({
      TableName: environment("REQUESTS_TABLE"),
      Key: requestKey(claim.requestId),
      ProjectionExpression: "h, src",
      ConsistentRead: true,
    }),
  );
  if (Item === undefined) return { kind: "conflict" };
  const same = readS(Item, "h") === claim.bodyHash || areTwoDestinations(readS(Item, "src") ?? "", source);
  return { kind: same ? "duplicate" : "conflict" };
}

/** Replaces the decision if nobody changed the item since `rev` was read. */
export function reviseDecision(
  requestId: string,
  rev: number,
  decision: RequestDecision,
): Promise<RequestItem | undefined> {
  return update(requestId, {
    set: { dec: ":dec", rev: ":next" },
    values: { ":dec": JSON_S(decision), ":next": N(rev + 1), ":rev": N(rev) },
    condition: "#rev = :rev",
  });
}

/** Stores another cost if nobody changed the item since `rev` was read; `undefined` when somebody did, or it is gone. */
export function saveRepriced(
  requestId: string,
  rev: number,
  cost: PackedCost,
): Promise<RequestItem | undefined> {
  return update(requestId, {
    set: { pr: ":pr", rev: ":next" },
    values: { ":pr": JSON_S(cost), ":next": N(rev + 1), ":rev": N(rev) },
    condition: "attribute_exists(#src) AND #rev = :rev",
  });
}

/**
 * Stores a user's vote unless a later one of the same user is known; `undefined` then, but that a negative vote was cast
 * is noted all the same. The same vote passes again.
 */
export async function castVote(requestId: string, vote: Vote, now: number): Promise<RequestItem | undefined> {
  const { vote: name, stamp } = voteAttributes(vote.user);
  const expireAt = expiry(now, RETENTION_DAYS);
  const negative = {
    add: vote.negative ? { ng: ":at" } : {},
    values: vote.negative ? { ":at": { NS: [String(vote.at)] } } : {},
  };
  const cast = await update(requestId, {
    set: {
      [name]: ":vote",
      [stamp]: ":stamp",
      expireAt: ":expireAt",
    },
    add: negative.add,
    values: {
      ":vote": JSON_S([vote.at, vote.feedbackId, vote.negative, vote.user]),
      ":stamp": S(`${new Date(vote.at).toISOString()}|${vote.feedbackId}`),
      ":expireAt": expireAt,
      ...negative.values,
    },
    condition: `attribute_not_exists(#${stamp}) OR #${stamp} <= :stamp`,
  });
  if (cast !== undefined || !vote.negative) return cast;
  return update(requestId, {
    set: { expireAt: ":expireAt" },
    add: negative.add,
    values: { ":expireAt": expireAt, ...negative.values },
  });
}

/** What an interaction leaves on the request's item. */
interface InteractionNote {
  /** S3 key of its document. */
  readonly key: string;
  readonly variant: string | undefined;
  readonly measured: NonNullable<RequestItem["measured"]>;
}

/** Notes an interaction; its variant counts at once when the record is not known yet, else as a late correction. */
export async function attachInteraction(
  requestId: string,
  note: InteractionNote,
  now: number,
): Promise<RequestItem> {
  const common = { ik: ":ik", im: ":im", expireAt: ":expireAt" };
  const values = {
    ":ik": S(note.key),
    ":im": JSON_S(note.measured),
    ":expireAt": expiry(now, RETENTION_DAYS),
    ...(note.variant === undefined ? {} : { ":variant": S(note.variant) }),
  };
  const early = await update(requestId, {
    set: note.variant === undefined ? common : { ...common, iv: ":variant" },
    values,
    condition: "attribute_not_exists(#src)",
  });
  if (early !== undefined) return early;
  const late = await update(requestId, {
    set: { ...common, ...(note.variant === undefined ? {} : { cv: ":variant" }), rev: "#rev + :one" },
    values: { ...values, ":one": N(1) },
  });
  if (late === undefined) throw new Error(`unconditional update of ${requestId} was refused`);
  return late;
}

export interface LeaseHolder {
  readonly messageId: string;
  readonly attempt: number;
}

/**
 * Takes the right to judge a request until `until`; `undefined` while somebody else holds it. A later receive of the
 * same message takes over at once, because its visibility timeout outlives the function.
 */
export function leaseRequest(
  requestId: string,
  holder: LeaseHolder,
  now: number,
  until: number,
): Promise<RequestItem | undefined> {
  return update(requestId, {
    set: { lm: ":lm", la: ":la", lu: ":lu" },
    values: { ":lm": S(holder.messageId), ":la": N(holder.attempt), ":lu": N(until), ":now": N(now) },
    condition:
      "attribute_exists(#src) AND (attribute_not_exists(#lu) OR #lu < :now OR (#lm = :lm AND #la < :la))",
  });
}

/** Stores what the judge said and gives the lease back. */
export async function saveJudgement(
  requestId: string,
  judgement: Judgement,
  outcome: { readonly outcome: Outcome; readonly reason: string | null },
): Promise<RequestItem> {
  const item = await update(requestId, {
    set: { jg: ":jg", oc: ":oc", rev: "#rev + :one" },
    values: { ":jg": JSON_S(judgement), ":oc": JSON_S(outcome), ":one": N(1) },
    remove: ["lm", "la", "lu"],
  });
  if (item === undefined) throw new Error(`unconditional update of ${requestId} was refused`);
  return item;
}

/** Puts a judged request back into the queue once, e.g. when its context arrived late; `undefined` if that was done before. */
export function requeueRequest(requestId: string): Promise<RequestItem | undefined> {
  return update(requestId, {
    set: { rq: ":yes", oc: ":oc", rev: "#rev + :one" },
    values: { ":yes": { BOOL: true }, ":oc": JSON_S({ outcome: "queued", reason: null }), ":one": N(1) },
    condition: "attribute_not_exists(#rq)",
    remove: ["lm", "la", "lu"],
  });
}

/** Gives a lease back without a result, so that the next receive may judge. */
export async function releaseLease(requestId: string): Promise<void> {
  await update(requestId, { set: { lu: ":zero" }, values: { ":zero": N(0) } });
}

export const knownUserKey = (app: string, user: string): Item => ({ id: S(joinKey("u", app, user)) });

/** The request id that made `user` of `app` known: the first to ask keeps it for ever. */
export async function claimNewUser(
  app: string,
  user: string,
  requestId: string,
  now: number,
): Promise<string> {
  const { Attributes } = await dynamoDb().send(
    new UpdateItemCommand({
      TableName: environment("REQUESTS_TABLE"),
      Key: knownUserKey(app, user),
      UpdateExpression: "SET firstRequest = if_not_exists(firstRequest, :id), expireAt = :expireAt",
      ExpressionAttributeValues: { ":id": S(requestId), ":expireAt": expiry(now, 400) },
      ReturnValues: "ALL_NEW",
    }),
  );
  return (Attributes && readS(Attributes, "firstRequest")) ?? requestId;
}

const principalKey = (principal: string): Item => ({ id: S(joinKey("p", principal)) });

/** Remembers that a role or user called with this app tag; safe to repeat. */
export async function learnApp(principal: string, app: string, now: number): Promise<void> {
  await dynamoDb().send(
    new UpdateItemCommand({
      TableName: environment("REQUESTS_TABLE"),
      Key: principalKey(principal),
      UpdateExpression: "SET expireAt = :expireAt ADD apps :app",
      ExpressionAttributeValues: { ":app": { SS: [app] }, ":expireAt": expiry(now, 400) },
    }),
  );
}

/** Every app tag that a role or user called with. */
export async function appsOf(principal: string): Promise<readonly string[]> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({
      TableName: environment("REQUESTS_TABLE"),
      Key: principalKey(principal),
      ConsistentRead: true,
    }),
  );
  return Item?.apps?.SS ?? [];
}
