import type { Rollout, RolloutChange } from "@bellwether/core/rollout/document";
import type { Ramp } from "@bellwether/core/rollout/ramp";

/** What a person asks for. */
export type Wish =
  | {
      readonly action: "start";
      /** Undefined: what is stable now. */
      readonly stable: string | undefined;
      readonly canary: string;
      /** In (0, 1); the first step of `ramp`. */
      readonly share: number;
      readonly ramp?: Ramp;
      readonly unit?: Rollout["unit"];
    }
  /** To a share, or to the next step of the ramp. */
  | { readonly action: "advance"; readonly share?: number }
  | { readonly action: "promote" }
  | { readonly action: "abort" };

/** The change to write, or in one line why it is refused. */
export type Transition =
  | {
      readonly kind: "change";
      readonly change: Pick<RolloutChange, "action" | "stable" | "canary" | "share" | "ramp" | "unit">;
      /** Of an advance on a ramp: the step it comes to. */
      readonly step?: number;
    }
  | { readonly kind: "refused"; readonly reason: string };

const refused = (reason: string): Transition => ({ kind: "refused", reason });
const percent = (share: number): string => `${Number((share * 100).toPrecision(4))} %`;

/** Checks a wish against the rollout document as it is. */
export function transition(app: string, current: Rollout | undefined, wish: Wish): Transition {
  if (wish.action === "start") return start(app, current, wish);
  if (current === undefined) return refused(`${app} has no rollout`);
  const { stable, canary } = current;
  if (canary === null) return refused(`${app} has no canary to ${wish.action}: ${stable} has all traffic`);
  if (wish.action === "advance") return advance({ ...current, canary }, wish.share);
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

function advance(
  { stable, canary, share: now, ramp }: Rollout & { readonly canary: string },
  wanted: number | undefined,
): Transition {
  const change = (share: number) => ({ action: "advance", stable, canary, share }) as const;
  if (wanted === undefined) {
    if (ramp === null) return refused(`canary ${canary} has no ramp: say with --share how far it goes`);
    const next = ramp.steps[ramp.step + 1];
    if (next === undefined)
      return refused(`canary ${canary} is on its last step, ${percent(now)}: promote it, or name a --share`);
    return { kind: "change", change: change(next.share), step: ramp.step + 1 };
  }
  if (wanted <= now)
    return refused(`canary ${canary} has ${percent(now)} already: a share only grows, and abort ends it`);
  if (ramp === null) return { kind: "change", change: change(wanted) };
  // The next step the ramp takes by itself is above what people chose.
  const step = Math.max(
    0,
    ramp.steps.findLastIndex(({ share }) => share <= wanted),
  );
  return { kind: "change", change: change(wanted), step };
}

const MOVES = { advance: "advance to", promote: "promotion of" } as const;

function start(
  app: string,
  current: Rollout | undefined,
  { stable: wanted, canary, share, ramp, unit }: Extract<Wish, { action: "start" }>,
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
    const { kind, from, to, verifyAt } = current.intent;
    if (kind !== "rollback")
      return refused(`the ${MOVES[kind]} ${to} is not finished: start the canary after it`);
    const until = new Date(verifyAt).toISOString();
    return refused(
      `the rollback of ${from} is being verified (bake until ${until}): start the canary after it`,
    );
  }
  if (canary === stable) return refused(`${canary} is the stable version of ${app} already`);
  return {
    kind: "change",
    change: {
      action: "start",
      stable,
      canary,
      share,
      ...(ramp !== undefined && { ramp }),
      ...(unit !== undefined && { unit }),
    },
  };
}
