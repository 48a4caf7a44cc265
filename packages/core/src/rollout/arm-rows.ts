import type { ArmSummary } from "./summary.ts";

/** One number of both arms, worded for people; no data is said, never shown as 0. */
export interface ArmRow {
  readonly name: string;
  readonly stable: string;
  readonly canary: string;
}

const number = (value: number | null, unit = ""): string =>
  value === null ? "no data" : `${Number(value.toPrecision(4))}${unit}`;

const quality = ({ quality: q }: ArmSummary): string =>
  q === null
    ? "no data"
    : `${number(q.mean)} [${number(q.low)}, ${number(q.high)}], n_eff ${Math.round(q.nEff)}`;

const ROWS: readonly (readonly [name: string, of: (arm: ArmSummary) => string])[] = [
  ["requests", (arm) => String(arm.requests)],
  ["error rate", (arm) => number(arm.errorRate)],
  ["quality (weighted)", quality],
  ["judged / abstained / failed", (arm) => `${arm.judged} / ${arm.abstained} / ${arm.failed}`],
  ["cost per request, USD", (arm) => number(arm.costPerRequest)],
  ["p95 latency", (arm) => number(arm.p95LatencyMs, " ms")],
  ["negative feedback", (arm) => `${arm.negative} of ${arm.votes} votes`],
];

/** The numbers of the two arms, one row per metric. */
export const armRows = (stable: ArmSummary, canary: ArmSummary): ArmRow[] =>
  ROWS.map(([name, of]) => ({ name, stable: of(stable), canary: of(canary) }));

/** One markdown table of the rows. */
export const rowsTable = (rows: readonly ArmRow[]): string =>
  [
    "| | stable | canary |",
    "|---|---|---|",
    ...rows.map(({ name, stable, canary }) => `| ${name} | ${stable} | ${canary} |`),
  ].join("\n");
