type ClaimNewUser = (app: string, user: string, requestId: string, now: number) => Promise<string>;

/** Users remembered per process. */
const LIMIT = 50_000;

/** Remembers claims on new users; a claim never changes, so a cached one is as good as a read. */
export function knownUserCache(claim: ClaimNewUser): ClaimNewUser {
  const known = new Map<string, string>();
  return async (app, user, requestId, now) => {
    const key = JSON.stringify([app, user]);
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const first = await claim(app, user, requestId, now);
    if (known.size >= LIMIT) known.delete(known.keys().next().value ?? key);
    known.set(key, first);
    return first;
  };
}

/** Writes each app of a caller once per process. */
export function learnedAppCache(
  learn: (principal: string, app: string, now: number) => Promise<void>,
): (principal: string, app: string, now: number) => Promise<void> {
  const learned = new Set<string>();
  return async (principal, app, now) => {
    const key = JSON.stringify([principal, app]);
    if (learned.has(key)) return;
    await learn(principal, app, now);
    if (learned.size < LIMIT) learned.add(key);
  };
}
