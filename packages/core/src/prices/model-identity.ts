/** What tells two Bedrock model ids apart once tier prefix, minor revision and context-length suffix are gone. */
export interface ModelIdentity {
  /** Vendor and name, e.g. `anthropic.claude-haiku-4-5`. */
  readonly family: string;
  /** Release date `YYYYMMDD`, where the id carries one. */
  readonly date: string | undefined;
  /** Major version of `-vN`, where the id carries one. */
  readonly version: string | undefined;
}

const ID = /^(?<family>.+?)(?:-(?<date>20\d{6}))?(?:-v(?<version>\d+))?(?::[^/]*)?$/;

/** Splits a model id without tier prefix; an id of another form (opaque profile, ARN) is its own family. */
export function identify(id: string): ModelIdentity {
  const groups = ID.exec(id)?.groups;
  return { family: groups?.family ?? id, date: groups?.date, version: groups?.version };
}

/** True when both name the same model: equal families, and dates and versions equal wherever both state them. */
export function sameModel(a: ModelIdentity, b: ModelIdentity): boolean {
  return a.family === b.family && agree(a.date, b.date) && agree(a.version, b.version);
}

function agree(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}
