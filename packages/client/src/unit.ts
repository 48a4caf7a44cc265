/** Who or what asks; the first of user, session and request that is given decides who sticks together. */
export interface Unit {
  readonly user?: string | undefined;
  readonly session?: string | undefined;
  /** The app's own id of the request: Bedrock's is not known before the call. */
  readonly requestId?: string | undefined;
}

export interface StickyKey {
  readonly key: string;
  readonly by: "user" | "session" | "request";
}

/** What `unit` sticks by; an empty id is no id, else all anonymous users would share one fate. */
export function stickyKey(unit: Unit, newId: () => string): StickyKey {
  if (unit.user) return { key: unit.user, by: "user" };
  if (unit.session) return { key: unit.session, by: "session" };
  return { key: unit.requestId || newId(), by: "request" };
}
