import type { Rollout } from "@bellwether/core/rollout/document";
import type { Finding } from "@bellwether/core/rollout/finding";
import { armsTable } from "@bellwether/core/rollout/postmortem";
import { type Io, renderTable } from "../output.ts";

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const percent = (share: number): string => `${Number((share * 100).toPrecision(4))} %`;

/** One line on where the traffic goes. */
export function trafficLine({ app, stable, canary, share, generation }: Rollout): string {
  return canary === null
    ? `${app}: ${stable} has all traffic (generation ${generation})`
    : `${app}: canary ${canary} has ${percent(share)}, stable ${stable} the rest (generation ${generation})`;
}

/** The rollout document and, where there is one, the finding about the running canary, as a person reads them. */
export function renderRollout(rollout: Rollout, finding: Finding | undefined, { color }: Io): string {
  const { intent, epochs, history } = rollout;
  const lines = [color.bold(trafficLine(rollout))];
  if (intent !== null) {
    lines.push(
      `rollback of ${intent.from} by ${intent.rule} under way, next step ${intent.step}: ${intent.reason}`,
      `recovery is judged at ${iso(intent.verifyAt)}`,
    );
  }
  if (finding !== undefined) {
    const { status, rule, reason, watermark, arms } = finding;
    lines.push(
      "",
      `${color.bold(status.replaceAll("_", " "))}${rule === null ? "" : ` by ${rule}`}: ${reason}`,
      color.dim(`events before ${iso(watermark)} are counted`),
      armsTable(arms.stable, arms.canary),
    );
  }
  const epochRows = epochs.map((e) => [e.generation, iso(e.from), iso(e.to), e.stable, e.canary, e.share]);
  const historyRows = history.map((h) => [h.generation, iso(h.at), h.action, h.by, h.reason]);
  return [
    ...lines,
    "",
    color.bold("Epochs"),
    renderTable(["generation", "from", "to", "stable", "canary", "share"], epochRows, color),
    color.bold("History"),
    renderTable(["generation", "at", "action", "by", "reason"], historyRows, color),
  ].join("\n");
}
