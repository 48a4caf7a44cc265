import type { Rollout, RolloutChange } from "@bellwether/core/rollout/document";

/** What a person asks for. */
export type Wish =
  | {
      readonly action: "start";
      /** Undefined: what is stable now. */
      readonly stable: string | undefined;
      readonly canary: string;
      /** In (0, 1). */
      readonly share: number;
    }
  | { readonly action: "promote" }
  | { readonly action: "abort" };

/** The change to write, or in one line why it is refused. */
export type Transition =
  | {
      readonly kind: "change";
      readonly change: Pick<RolloutChange, "action" | "stable" | "canary" | "share">;
    }
  | { readonly kind: "refused"; readonly reason: string };

const refused = (reason: string): Transition => ({ kind: "refused", reason });

/** Checks a wish against the rollout document as it is. */
export function transition(app: string, current: Rollout | undefined, wish: Wish): Transition {
  if (wish.action === "start") return start(app, current, wish);
  if (current === undefined) return refused(`${app} has no rollout`);
  const { stable, canary } = current;
  if (canary === null) return refused(`${app} has no canary to ${wish.action}: ${stable} has all traffic`);
  return {
    kind: "change",
    change: {
      action: wish.action,
      stable: wish.action === "promote" ? canary : stable,
      canary: null,
      share: 0,
    },
  };
}

function start(
  app: string,
  current: Rollout | undefined,
  { stable: wanted, canary, share }: Extract<Wish, { action: "start" }>,
): Transition {
  const stable = wanted ?? current?.stable;
  if (stable === undefined)
    return refused(`${app} has no rollout yet: name its stable version with --stable`);
  if (current !== undefined && stable !== current.stable) {
    return refused(`the stable version of ${app} is ${current.stable}, not ${stable}`);
  }
  if (current !== undefined && current.canary !== null) {
    return refused(`canary ${current.canary} of ${app} is running: promote or abort it first`);
  }
  if (current !== undefined && current.intent !== null) {
    const { from, verifyAt } = current.intent;
    const until = new Date(verifyAt).toISOString();
    return refused(
      `the rollback of ${from} is being verified (bake until ${until}): start the canary after it`,
    );
  }
  if (canary === stable) return refused(`${canary} is the stable version of ${app} already`);
  return { kind: "change", change: { action: "start", stable, canary, share } };
}
