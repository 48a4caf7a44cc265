import { rowsTable } from "../rollout/arm-rows.ts";
import { clip } from "./clip.ts";
import { strength, worstAnswers } from "./evidence-lines.ts";
import { incidentKey } from "./incident.ts";
import { nextSteps } from "./next-steps.ts";
import type { Notice } from "./notice.ts";

interface OperationalValue {
  readonly Value: string;
  /** `SearchableString` can be seen and searched by everybody with access to the overview. */
  readonly Type: "SearchableString" | "String";
}

/** Input of SSM CreateOpsItem. */
export interface OpsItem {
  readonly Title: string;
  /** Markdown. */
  readonly Description: string;
  readonly Source: string;
  /** "1" is critical, "4" low. */
  readonly Severity: "1" | "2" | "3" | "4";
  readonly Category: "Availability" | "Cost" | "Performance";
  readonly OperationalData: Readonly<Record<string, OperationalValue>>;
}

/** Characters that CreateOpsItem takes (SSM API reference). */
const TITLE = 1_024;
const DESCRIPTION = 2_048;
const VALUE = 20_000;

const CATEGORY: Readonly<Record<string, OpsItem["Category"]>> = {
  cost_per_request: "Cost",
  p95_latency: "Performance",
};

const searchable = (value: string): OperationalValue => ({
  Type: "SearchableString",
  Value: clip(value, VALUE),
});

/** The incident of a rollback, which stays open for a person; `null` for every other notice. */
export function opsItem(notice: Notice): OpsItem | null {
  if (notice.type !== "rollback") return null;
  const { app, evidence, generation, lines, title } = notice;
  const text = [
    ...lines,
    ...(evidence === null
      ? []
      : [
          "",
          rowsTable(evidence.rows),
          "",
          strength(evidence),
          "",
          ...worstAnswers(evidence).map((answer) => `- worst: ${answer}`),
          ...nextSteps(notice).map((command) => `- next: \`${command}\``),
        ]),
  ];
  return {
    Title: clip(title, TITLE),
    Description: clip(text.join("\n"), DESCRIPTION),
    Source: "bellwether",
    Severity: "1",
    Category: CATEGORY[evidence?.metric ?? ""] ?? "Availability",
    OperationalData: {
      "/aws/dedup": searchable(JSON.stringify({ dedupString: incidentKey(notice) })),
      app: searchable(app),
      generation: searchable(String(generation)),
      ...(evidence === null
        ? {}
        : { evidence: { Type: "String", Value: clip(JSON.stringify(evidence), VALUE) } }),
    },
  };
}
