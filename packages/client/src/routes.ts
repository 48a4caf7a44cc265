import type { Pointer, PointerSource } from "./pointer.ts";
import { isShadowed, routeVariant } from "./route.ts";
import type { StickyKey } from "./unit.ts";

/** Which version serves a unit, and how far that can be trusted. */
export interface Route {
  readonly variant: string;
  readonly arm: "stable" | "canary";
  readonly promptVersion: string;
  /** Of the rollout document; `null` when none was ever read. */
  readonly generation: number | null;
  readonly source: PointerSource;
  readonly stickyBy: StickyKey["by"];
}

export interface Routes {
  /** Who serves the unit. */
  readonly served: Route;
  /** The stable version, whoever serves. */
  readonly stable: Route;
  /** The canary that shadow mode tries beside stable; absent when the unit is not shadowed. */
  readonly shadow?: Route;
}

export interface KnownPointer {
  readonly pointer: Pointer | undefined;
  readonly source: PointerSource;
}

/** Every route of one unit: stable `fallback` for all while no pointer was ever read; prompt versions default to the variant. */
export function routesOf(
  { pointer, source }: KnownPointer,
  { key, by }: StickyKey,
  fallback: string,
  promptVersions: Readonly<Record<string, string>>,
): Routes {
  const to = (variant: string, arm: Route["arm"]): Route => ({
    variant,
    arm,
    promptVersion: (Object.hasOwn(promptVersions, variant) ? promptVersions[variant] : undefined) ?? variant,
    generation: pointer?.generation ?? null,
    source,
    stickyBy: by,
  });
  const stable = to(pointer?.stable ?? fallback, "stable");
  if (pointer === undefined || pointer.canary === null) return { served: stable, stable };
  const canary = to(pointer.canary, "canary");
  return {
    served: routeVariant(pointer, key) === pointer.canary ? canary : stable,
    stable,
    ...(isShadowed(pointer, key) ? { shadow: canary } : {}),
  };
}
