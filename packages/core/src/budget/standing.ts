/**
 * How a value stands to a limit with hysteresis: `near` keeps an incident as it is, open or not, and so does `unknown`.
 */
export type Standing = "over" | "near" | "under" | "unknown";

/** Over above `opensAbove`, under below `closesBelow` or at it, near between; unknown without a value. */
export function standingOf(value: number | null, opensAbove: number, closesBelow: number): Standing {
  if (value === null || Number.isNaN(value)) return "unknown";
  if (value > opensAbove) return "over";
  return value <= closesBelow ? "under" : "near";
}

const STRONGEST_FIRST: readonly Standing[] = ["over", "near", "unknown"];

/** The strongest of several: over, else near, else unknown; under when all are, and for none at all. */
export const joinStandings = (standings: readonly Standing[]): Standing =>
  STRONGEST_FIRST.find((standing) => standings.includes(standing)) ?? "under";
