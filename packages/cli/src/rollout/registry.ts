import { changeVersion } from "@bellwether/core/registry/change-version";
import type { RegistryDeps } from "@bellwether/core/registry/deps";
import { KINDS, type Kind, type Who } from "@bellwether/core/registry/entry";
import { type Noted, notePromotion, noteRollback } from "@bellwether/core/registry/notes";
import { readVersion } from "@bellwether/core/registry/read";

/** What the version registry made of a canary that wants to start. */
export type Entered =
  | { readonly kind: "unregistered" }
  /** `moved`: kinds under which this call made it a canary; others had it as one before. */
  | { readonly kind: "canary"; readonly moved: readonly Kind[] }
  | { readonly kind: "refused"; readonly reason: string };

/** Makes a registered version a canary before it gets traffic; refused by one kind, it is put back under the other. */
export async function enterCanary(
  app: string,
  version: string,
  who: Who,
  deps: RegistryDeps,
): Promise<Entered> {
  const moved: Kind[] = [];
  let known = false;
  for (const kind of KINDS) {
    const entry = await readVersion({ app, kind }, version, deps);
    if (entry === undefined) continue;
    known = true;
    if (entry.status === "canary") continue;
    const answer = await changeVersion({ app, kind }, version, { kind: "move", to: "canary" }, who, deps);
    if (answer.kind === "refused") {
      await putBack(app, version, moved, who, `the ${kind} was refused: ${answer.reason}`, deps);
      return { kind: "refused", reason: answer.reason };
    }
    moved.push(kind);
  }
  return known ? { kind: "canary", moved } : { kind: "unregistered" };
}

/** Takes back what `enterCanary` moved; the version needs a new approval then. */
export async function putBack(
  app: string,
  version: string,
  moved: readonly Kind[],
  who: Who,
  why: string,
  deps: RegistryDeps,
): Promise<void> {
  for (const kind of moved) {
    const wish = { kind: "move", to: "candidate" } as const;
    const answer = await changeVersion({ app, kind }, version, wish, { ...who, why }, deps);
    if (answer.kind === "refused")
      throw new Error(`the registry did not take ${version} back: ${answer.reason}`);
  }
}

/** Tells the registry that people ended a canary. */
export const noteEnd = (
  action: "promote" | "abort",
  app: string,
  canary: string,
  who: Who,
  deps: RegistryDeps,
): Promise<Noted> =>
  action === "promote"
    ? notePromotion(app, canary, who, deps)
    : noteRollback(app, canary, `aborted by ${who.by}: ${who.why}`, who.at, deps);
