import type { Config } from "../config/config.ts";
import type { LakeValue } from "../lake/tables.ts";
import type { PriceBook } from "../prices/price-book.ts";
import { type PromptFeatures, promptFeatures } from "../prompts/features.ts";
import { type Topics, topicOf } from "../prompts/topics.ts";
import type { Invocation } from "../records/invocation.ts";
import { withOutputBody } from "../records/parse.ts";
import { afterVotes } from "../requests/after-votes.ts";
import { decideRequest, filtered, filterReason, type RequestDecision } from "../requests/decision.ts";
import { isKnown, type KnownRequest } from "../requests/request-item.ts";
import { requestRow, sourceRef } from "../requests/row.ts";
import type { Rollout } from "../rollout/document.ts";
import { matchedShareOf } from "../sampling/arm.ts";
import { type KappaRow, kappaAt } from "../sampling/kappa.ts";
import type { Claim, IngestDeps } from "./deps.ts";

/** A parsed record on its way to a claim. */
export interface Draft {
  readonly line: number;
  /** Records before it on the same line. */
  readonly position: number;
  readonly bodyHash: string;
  readonly invocation: Invocation;
  readonly raw: Buffer;
  /** Why its offloaded answer was not read, if so. */
  readonly bodyProblem?: string;
}

export type Claimed =
  | {
      readonly kind: "kept";
      readonly draft: Draft;
      readonly request: KnownRequest;
      readonly unpriced: boolean;
      /** Of the uniform share of prompts that are read. */
      readonly prompt?: PromptFeatures;
    }
  | { readonly kind: "duplicate"; readonly draft: Draft }
  | { readonly kind: "conflict"; readonly draft: Draft };

export interface ClaimSettings {
  readonly key: string;
  readonly deliveredAt: number;
  readonly config: Config;
  readonly prices: PriceBook;
  readonly rollouts: ReadonlyMap<string, Rollout | undefined>;
  /** By app; undefined until an app's topics were learned. */
  readonly topics: ReadonlyMap<string, Topics | undefined>;
}

type Settings = ClaimSettings & { readonly kappas: readonly KappaRow[] };

/** What pace allowed at the event times of the drafts; nothing under `fixed`. */
async function kappasFor(
  drafts: readonly Draft[],
  { config }: ClaimSettings,
  deps: IngestDeps,
): Promise<readonly KappaRow[]> {
  if (config.sampling.preset === "fixed") return [];
  const times = drafts.map(({ invocation }) => invocation.at);
  return deps.kappaRows(Math.min(...times), Math.max(...times));
}

/** Metadata of an offloaded answer is in its body object; a draft that has its answer is given back as it is. */
export function fetchAnswer(draft: Draft, deps: IngestDeps): Draft | Promise<Draft> {
  const { output } = draft.invocation;
  return output.kind === "offloaded" ? fetchOffloaded(draft, output.bucket, output.key, deps) : draft;
}

async function fetchOffloaded(draft: Draft, bucket: string, key: string, deps: IngestDeps): Promise<Draft> {
  const body = await deps.readOffloadedBody(bucket, key);
  if (!body.ok) return { ...draft, bodyProblem: `body_${body.reason}` };
  return { ...draft, invocation: withOutputBody(draft.invocation, body.json) };
}

/** Request ids that made their users known, by the first record of each user in line order. */
async function newUsers(
  drafts: readonly Draft[],
  settings: ClaimSettings,
  deps: IngestDeps,
): Promise<Set<string>> {
  const first = new Map<string, { app: string; user: string; requestId: string }>();
  for (const { invocation } of drafts) {
    const { app, user } = invocation.tags;
    if (user === undefined) continue;
    const key = JSON.stringify([app, user]);
    if (first.has(key) || filterReason(invocation, settings.config) !== undefined) continue;
    first.set(key, { app, user, requestId: invocation.requestId });
  }
  const claims = await Promise.all(
    [...first.values()].map(({ app, user, requestId }) =>
      deps.claimNewUser(app, user, requestId, settings.deliveredAt),
    ),
  );
  return new Set(claims);
}

/** Reads the prompt of a request that is in the uniform share, or drawn for the judge: its quality is kept by topic. */
async function readPrompt(
  { invocation }: Draft,
  { u, pi }: RequestDecision,
  { config }: Settings,
  { embedText }: IngestDeps,
): Promise<PromptFeatures | undefined> {
  if (u === null || u >= Math.max(config.drift.promptShare, pi ?? 0)) return undefined;
  const embedder = config.drift.embedding === "titan" ? embedText : undefined;
  return promptFeatures(invocation, config.context, embedder);
}

interface PreparedClaim {
  readonly claim: Claim;
  readonly unpriced: boolean;
  readonly prompt: PromptFeatures | undefined;
}

function promptColumns(
  prompt: PromptFeatures | undefined,
  topics: Topics | undefined,
): Record<string, LakeValue> {
  if (prompt === undefined) return {};
  return {
    language: prompt.language,
    question_chars: prompt.length,
    ...(topics && prompt.features && { topic: topicOf(topics, prompt.features) }),
  };
}

async function claimOf(
  draft: Draft,
  newUser: boolean,
  settings: Settings,
  deps: IngestDeps,
): Promise<PreparedClaim> {
  const { invocation, line, position, bodyHash, bodyProblem } = draft;
  const { config, prices, key, rollouts, kappas } = settings;
  const failed = invocation.errorCode !== undefined;
  const pricing = prices.price(invocation.model, invocation.usage, invocation.at, {
    failed,
    region: invocation.region,
  });
  const { app, variant } = invocation.tags;
  const facts = {
    negativeFeedback: false,
    newUser,
    costUsd: pricing.kind === "priced" ? pricing.usd : undefined,
    matchedShare: matchedShareOf(rollouts.get(app), variant, invocation.at),
  };
  const kappa = kappaAt(kappas, invocation.at, config.sampling);
  const decision = decideRequest(invocation, facts, config, kappa);
  const readable: RequestDecision =
    bodyProblem === undefined || decision.outcome === "filtered" ? decision : filtered(bodyProblem);
  const source = { key, line, position };
  const prompt = await readPrompt(draft, readable, settings, deps);
  const claim = {
    requestId: invocation.requestId,
    source: sourceRef(source),
    bodyHash,
    row: { ...requestRow(invocation, pricing, source), ...promptColumns(prompt, settings.topics.get(app)) },
    decision: readable,
  };
  return { claim, unpriced: pricing.kind === "unpriced", prompt };
}

/** Negative feedback came before the record: the decision is raised at once. */
async function withEarlyFeedback(
  request: KnownRequest,
  { config }: Settings,
  deps: IngestDeps,
): Promise<KnownRequest> {
  const again = (await afterVotes(request, config, deps))(request);
  if (again === undefined) return request;
  const revised = await deps.reviseDecision(request.requestId, request.rev, again);
  // Somebody else revised it in between and publishes the higher revision.
  return revised !== undefined && isKnown(revised) ? revised : request;
}

/** Claims the ids of a batch of drafts; records that repeat an id inside the batch wait for the first one. */
export async function claimRecords(
  drafts: readonly Draft[],
  stage: ClaimSettings,
  deps: IngestDeps,
): Promise<Claimed[]> {
  const settings: Settings = { ...stage, kappas: await kappasFor(drafts, stage, deps) };
  const fresh = await newUsers(drafts, settings, deps);
  const claimOne = async (draft: Draft, earlier: Promise<unknown> | undefined): Promise<Claimed> => {
    if (earlier !== undefined) await earlier;
    const { requestId } = draft.invocation;
    const { claim, unpriced, prompt } = await claimOf(draft, fresh.has(requestId), settings, deps);
    const result = await deps.claimRequest(claim, settings.deliveredAt);
    if (result.kind !== "claimed") return { kind: result.kind, draft };
    if (!isKnown(result.item)) throw new Error(`claim of ${requestId} returned no record`);
    const request = await withEarlyFeedback(result.item, settings, deps);
    // By the first decision, which stands on a retry: what feedback adds must not change what is counted.
    const { u } = request.decision;
    const counted = prompt !== undefined && u !== null && u < settings.config.drift.promptShare;
    return { kind: "kept", draft, request, unpriced, ...(counted && { prompt }) };
  };
  const waiting = new Map<string, Promise<unknown>>();
  return Promise.all(
    drafts.map((draft) => {
      const { requestId } = draft.invocation;
      const claimed = claimOne(draft, waiting.get(requestId));
      waiting.set(requestId, claimed);
      return claimed;
    }),
  );
}
