import { type Answer, changeVersion } from "./change-version.ts";
import type { RegistryDeps } from "./deps.ts";
import {
  type Family,
  type Gate,
  KINDS,
  type Kind,
  type Measured,
  type Status,
  WHY_LENGTH,
  type Who,
} from "./entry.ts";

/** Who the monitor itself is in the audit. */
const MONITOR = "bellwether";

/** What became of a note, for every kind under which the version is registered; an unregistered version has none. */
export type Noted = readonly { readonly kind: Kind; readonly answer: Answer }[];

async function note(app: string, version: string, to: Status, who: Who, deps: RegistryDeps): Promise<Noted> {
  const noted: { kind: Kind; answer: Answer }[] = [];
  for (const kind of KINDS) {
    const family: Family = { app, kind };
    if ((await deps.getEntry(family, version)) === undefined) continue;
    const answer = await changeVersion(family, version, { kind: "move", to }, who, deps);
    const entry = answer.kind === "refused" ? await deps.getEntry(family, version) : undefined;
    // A note may come twice; the second time there is nothing left to do.
    const repeated = answer.kind === "refused" && entry?.status === to;
    noted.push({
      kind,
      answer: repeated ? { kind: "unchanged", reason: answer.reason, entry } : answer,
    });
  }
  return noted;
}

/** Takes a canary that was rolled back at `at` (epoch ms) back to candidate; safe to repeat. */
export const noteRollback = (
  app: string,
  version: string,
  reason: string,
  at: number,
  deps: RegistryDeps,
): Promise<Noted> =>
  note(app, version, "candidate", { by: MONITOR, at, why: reason.slice(0, WHY_LENGTH) }, deps);

/** Puts a promoted canary into production and retires what was there; safe to repeat. */
export const notePromotion = (app: string, version: string, who: Who, deps: RegistryDeps): Promise<Noted> =>
  note(app, version, "production", who, deps);

/** Records what was measured about a version; only what is newer than the entry's own counts. For moments that matter (a gate, a promotion, a day), not for every tick: each is an audit row. */
export const recordScores = (
  family: Family,
  version: string,
  measured: Measured,
  who: Who,
  deps: RegistryDeps,
): Promise<Answer> => changeVersion(family, version, { kind: "measure", measured }, who, deps);

/** Records the outcome of a quality gate; an older one than the entry's changes nothing. */
export const recordGate = (
  family: Family,
  version: string,
  gate: Gate,
  who: Who,
  deps: RegistryDeps,
): Promise<Answer> => changeVersion(family, version, { kind: "gate", gate }, who, deps);
