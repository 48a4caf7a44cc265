import { rowsTable } from "../rollout/arm-rows.ts";
import { strength, worstAnswers } from "./evidence-lines.ts";
import { nextSteps } from "./next-steps.ts";
import type { Notice } from "./notice.ts";

/** Subject and plain text of a notice, for e-mail and the other subscribers of the topic `pages`. */
export function renderPage(notice: Notice): { readonly subject: string; readonly body: string } {
  const { severity, title, at, lines, evidence } = notice;
  const numbers =
    evidence === null
      ? nextSteps(notice).map((command) => `next: ${command}`)
      : [
          "",
          rowsTable(evidence.rows),
          strength(evidence),
          ...worstAnswers(evidence).map((answer) => `worst: ${answer}`),
          ...nextSteps(notice).map((command) => `next: ${command}`),
        ];
  return {
    subject: `[${severity}] ${title}`,
    body: [title, `at ${new Date(at).toISOString()}`, "", ...lines, ...numbers].join("\n"),
  };
}
