import { armRows, rowsTable } from "./arm-rows.ts";
import type { RollbackIntent } from "./document.ts";
import type { Finding } from "./finding.ts";
import type { Recovery } from "./recovery.ts";
import type { ArmSummary } from "./summary.ts";

const iso = (at: number): string => new Date(at).toISOString();
const number = (value: number): string => String(Number(value.toPrecision(4)));

/** One markdown table of the two arms. */
export const armsTable = (stable: ArmSummary, canary: ArmSummary): string =>
  rowsTable(armRows(stable, canary));

/** Postmortem of a rollback: timeline, numbers, worst samples, and where to look next. */
export function postmortem(
  app: string,
  intent: RollbackIntent,
  finding: Finding | undefined,
  recovery: Recovery,
): string {
  const samples =
    finding?.worst.map(({ requestId, score }) => `- \`${requestId}\` quality ${number(score)}`) ?? [];
  return [
    `# ${app}: ${intent.from} was rolled back to ${intent.to}`,
    "",
    "## Timeline (UTC)",
    ...(finding === undefined
      ? []
      : finding.epochs.map(
          ({ from, share }, index) =>
            `- ${iso(from)} canary ${intent.from} ${index === 0 ? "started with" : "went to"} ${number(share * 100)} % of traffic`,
        )),
    `- ${iso(intent.at)} rolled back by \`${intent.rule}\`: ${intent.reason}`,
    `- ${iso(intent.verifyAt)} bake ended: ${recovery.status.replace("_", " ")}, ${recovery.reason}`,
    "",
    "## Numbers at the decision",
    ...(finding === undefined
      ? ["The finding is no longer stored."]
      : [
          armsTable(finding.arms.stable, finding.arms.canary),
          "",
          ...finding.evidence.map(
            ({ name, weight, logE }) =>
              `- ${name}: e-value ${number(Math.exp(Math.min(logE, 700)))}, weight ${weight}`,
          ),
          ...finding.held.map((reason) => `- not counted: ${reason}`),
        ]),
    "",
    "## Worst answers of the canary",
    ...(samples.length > 0 ? samples : ["None was judged."]),
    "",
    "## Look next",
    "- `bellwether why REQUEST_ID` for any of the requests above",
    "- `bellwether query --saved worst-answers` and `--saved quality-by-variant`",
    "",
    "## To be filled in by people",
    "- What changed in the prompt or model, and why did tests before the release not see it?",
    "",
  ].join("\n");
}
