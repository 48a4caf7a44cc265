import type { Invocation } from "../records/invocation.ts";
import type { Draft } from "./claim-records.ts";
import type { IngestDeps } from "./deps.ts";

type AppDeps = Pick<IngestDeps, "learnApp" | "appsOf">;

/** A failed call whose record carries no tags; Bedrock may leave `requestMetadata` out of failures. */
const isUntagged = ({ errorCode, principal, tags }: Invocation): boolean =>
  errorCode !== undefined && principal !== undefined && tags.app === principal && tags.variant === undefined;

async function learn(drafts: readonly Draft[], deps: AppDeps, now: number): Promise<void> {
  const apps = new Map<string, Set<string>>();
  for (const { invocation } of drafts) {
    const { principal, tags, errorCode } = invocation;
    if (errorCode !== undefined || principal === undefined || tags.app === principal) continue;
    const known = apps.get(principal);
    if (known === undefined) apps.set(principal, new Set([tags.app]));
    else known.add(tags.app);
  }
  await Promise.all(
    [...apps].flatMap(([principal, names]) => [...names].map((app) => deps.learnApp(principal, app, now))),
  );
}

/**
 * Gives untagged failed calls the app of their caller, where every tagged call of that role or user named the same
 * one; else the app stays the caller's name. Without this an outage would hide in an app that nobody watches.
 */
export async function attributeFailures(
  drafts: readonly Draft[],
  deps: AppDeps,
  now: number,
): Promise<readonly Draft[]> {
  await learn(drafts, deps, now);
  const principals = new Set<string>();
  for (const { invocation } of drafts) {
    if (invocation.principal !== undefined && isUntagged(invocation)) principals.add(invocation.principal);
  }
  if (principals.size === 0) return drafts;
  const known = new Map(
    await Promise.all([...principals].map(async (name) => [name, await deps.appsOf(name)] as const)),
  );
  return drafts.map((draft) => {
    const { invocation } = draft;
    if (!isUntagged(invocation)) return draft;
    const [app, other] = known.get(invocation.principal ?? "") ?? [];
    if (app === undefined || other !== undefined) return draft;
    return { ...draft, invocation: { ...invocation, tags: { ...invocation.tags, app } } };
  });
}
