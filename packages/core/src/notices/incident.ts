import { hash } from "node:crypto";

/** PagerDuty takes no more characters for a `dedup_key` (Events API v2). */
const LIMIT = 255;

/** Key of an incident, the same for everything that is said about it: app and generation, at most 255 characters. */
export function incidentKey({
  app,
  generation,
}: {
  readonly app: string;
  readonly generation: number;
}): string {
  const key = `${app}#${generation}`;
  return key.length <= LIMIT ? key : `${hash("sha256", app, "hex")}#${generation}`;
}

/** Dedupe key of the notice that says how the incident ended. */
export const recoveryKey = ({
  app,
  generation,
}: {
  readonly app: string;
  readonly generation: number;
}): string => `recovery/${app}/${generation}`;
