import { type Io, renderTable } from "../output.ts";
import type { RepriceDocument } from "./document.ts";

const COLUMNS = [
  "model",
  "requests",
  "repriced",
  "old USD",
  "new USD",
  "formerly unpriced",
  "still unpriced",
];
const KEPT = "price kept";

/** The before/after table and what it means, for people. */
export function renderReprice(document: RepriceDocument, out: string | undefined, { color }: Io): string {
  const { from, until, dryRun, total, models, rollups } = document;
  const days = from === until ? from : `${from} to ${until}`;
  if (total.requests === 0) return `No requests from ${days}.\n`;
  const kept = total.keptPrice > 0;
  const cells = [...models, { model: "total", ...total }].map((row) => [
    row.model,
    row.requests,
    row.repriced,
    row.oldUsd,
    row.newUsd,
    row.formerlyUnpriced,
    row.stillUnpriced,
    ...(kept ? [row.keptPrice] : []),
  ]);
  const verb = dryRun ? "would be" : "were";
  const followed = out === undefined ? "roll-ups follow within minutes" : `${rollups} roll-up rows followed`;
  const lake = out === undefined ? "" : ` --out ${out}`;
  const lines = [
    color.bold(`Requests of ${days} under today's price book`),
    renderTable(kept ? [...COLUMNS, KEPT] : COLUMNS, cells, color),
    total.repriced === 0
      ? "Nothing to change: every price is what this book says."
      : `${total.repriced} of ${total.requests} requests ${verb} given another cost${dryRun ? "; nothing was written" : ` (${followed})`}.`,
  ];
  if (total.stillUnpriced > 0)
    lines.push(`${total.stillUnpriced} have no price: bellwether query --saved unpriced-models${lake}`);
  if (kept)
    lines.push(
      `${total.keptPrice} had a price that this book does not know; it stays. Was --config left out?`,
    );
  return `${lines.join("\n")}\n`;
}
