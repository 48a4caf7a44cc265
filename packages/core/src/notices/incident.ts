import { hash } from "node:crypto";
import type { Notice } from "./notice.ts";

/** PagerDuty takes no more characters for a `dedup_key` (Events API v2). */
const LIMIT = 255;

/** Key of an incident, the same for everything that is said about it: the detector's, else app and generation; at most 255 characters. */
export function incidentKey({
  app,
  generation,
  incident,
}: {
  readonly app: string;
  readonly generation: number | null;
  readonly incident?: Notice["incident"];
}): string {
  const [subject, rest] = incident ? [incident.key, ""] : [app, `#${generation}`];
  return subject.length + rest.length <= LIMIT ? subject + rest : hash("sha256", subject, "hex") + rest;
}

/** Dedupe key of the notice that says how the incident ended. */
export const recoveryKey = ({
  app,
  generation,
}: {
  readonly app: string;
  readonly generation: number | null;
}): string => `recovery/${app}/${generation}`;
