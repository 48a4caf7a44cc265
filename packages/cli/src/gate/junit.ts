import { hostname } from "node:os";
import type { GateCheck, WorstItem } from "@bellwether/core/gate/report";
import type { GateDocument } from "./conclude.ts";

const QUOTED = 2_000;

interface Case {
  readonly suite: string;
  readonly name: string;
  /** Undefined: it passed. */
  readonly outcome?: {
    readonly kind: "failure" | "error" | "skipped";
    readonly message: string;
    readonly text?: string;
  };
  /** For the output of the suite. */
  readonly said?: string;
}

/**
 * `junit.xml`: one test case per check and one per item that lost most. A check that nobody can decide is an error where
 * the policy blocks on it, else skipped; an item fails only where its metric does.
 */
export function renderJunit(document: GateDocument): string {
  const { report, stopped } = document;
  const cases = [
    ...(stopped === null ? [] : [stoppedCase(stopped.reason)]),
    ...report.checks.map((check) => checkCase(check, document.onInsufficient)),
    ...report.worst.map((item) => worstCase(item, report.checks)),
  ];
  const suites = [...new Set(cases.map(({ suite }) => suite))];
  const body = suites.map((suite, id) =>
    suiteXml(
      suite,
      id,
      cases.filter((one) => one.suite === suite),
      document.at,
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${body.join("")}</testsuites>\n`;
}

const stoppedCase = (reason: string): Case => ({
  suite: "run",
  name: "finished",
  outcome: { kind: "error", message: reason },
});

function checkCase(
  { stage, metric, status, insufficient, detail }: GateCheck,
  onInsufficient: GateDocument["onInsufficient"],
): Case {
  const known = { suite: stage, name: metric };
  if (status === "failed") return { ...known, outcome: { kind: "failure", message: detail } };
  if (insufficient) {
    const kind = onInsufficient === "block" ? "error" : "skipped";
    return { ...known, outcome: { kind, message: `not enough evidence: ${detail}` } };
  }
  return { ...known, said: `${metric}: ${detail}` };
}

function worstCase(item: WorstItem, checks: readonly GateCheck[]): Case {
  const { itemId, metric, difference, question, baseAnswer, headAnswer, unsupportedClaims } = item;
  const message = `${metric} ${difference.toFixed(3)} against base`;
  const text = [
    `question: ${clip(question)}`,
    `base: ${clip(baseAnswer ?? "(no answer)")}`,
    `head: ${clip(headAnswer ?? "(no answer)")}`,
    ...unsupportedClaims.map((claim) => `nothing supports: ${clip(claim)}`),
  ].join("\n");
  const known = { suite: "worst_items", name: itemId };
  const fails = checks.some((check) => check.metric === metric && check.status === "failed");
  return fails
    ? { ...known, outcome: { kind: "failure", message, text } }
    : { ...known, said: `${itemId}: ${message}, which its gate allows` };
}

const clip = (text: string): string => (text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text);

/** Elements and attributes that both the Ant and the Jenkins schema know, in the order they ask for. */
function suiteXml(suite: string, id: number, cases: readonly Case[], at: string): string {
  const of = (kind: string): number => cases.filter(({ outcome }) => outcome?.kind === kind).length;
  const attributes = xmlAttributes({
    name: suite,
    package: "bellwether.gate",
    id,
    timestamp: at.slice(0, 19),
    hostname: hostname() || "localhost",
    tests: cases.length,
    failures: of("failure"),
    errors: of("error"),
    skipped: of("skipped"),
    time: 0,
  });
  const said = cases.flatMap((one) => one.said ?? []).join("\n");
  return `<testsuite${attributes}>\n<properties/>\n${cases.map(caseXml).join("")}<system-out>${escapeXml(said)}</system-out>\n<system-err/>\n</testsuite>\n`;
}

function caseXml({ suite, name, outcome }: Case): string {
  const open = `<testcase${xmlAttributes({ name, classname: `bellwether.gate.${suite}`, time: 0 })}`;
  if (outcome === undefined) return `${open}/>\n`;
  const { kind, message, text = message } = outcome;
  const inner =
    kind === "skipped"
      ? `<skipped${xmlAttributes({ message })}/>`
      : `<${kind}${xmlAttributes({ message, type: kind === "failure" ? "gate" : "evidence" })}>${escapeXml(text)}</${kind}>`;
  return `${open}>${inner}</testcase>\n`;
}

const xmlAttributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replace(/[\n\t]+/g, " ")}"`)
    .join("");

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Characters that XML 1.0 has no place for become U+FFFD, the rest entities where they mean something. */
const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
