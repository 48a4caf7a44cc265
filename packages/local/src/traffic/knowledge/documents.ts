import { ACCOUNTS } from "./accounts.ts";
import { BILLING } from "./billing.ts";
import { DEVICES } from "./devices.ts";
import { SHIPPING } from "./shipping.ts";

type Domain = "billing" | "shipping" | "accounts" | "devices";

/** One thing the knowledge base knows, in the two halves that answers may put in either order. */
export interface Fact {
  readonly question: string;
  readonly condition: string;
  readonly statement: string;
}

/** One passage of the knowledge base of the invented company Lumora. */
export interface Document {
  readonly id: string;
  readonly domain: Domain;
  readonly title: string;
  readonly facts: readonly Fact[];
  /** The text that retrieval returns. */
  readonly passage: string;
}

/** The whole knowledge base, in a fixed order. */
export const DOCUMENTS: readonly Document[] = [
  ...readDomain("billing", BILLING),
  ...readDomain("shipping", SHIPPING),
  ...readDomain("accounts", ACCOUNTS),
  ...readDomain("devices", DEVICES),
];

/** Condition first: `If you pay yearly, you save 18 percent.` */
export function conditionFirst(fact: Fact): string {
  return `${capitalised(fact.condition)}, ${fact.statement}.`;
}

/** Statement first: `You save 18 percent if you pay yearly.` */
export function statementFirst(fact: Fact): string {
  return `${capitalised(fact.statement)} ${fact.condition}.`;
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function readDomain(domain: Domain, table: string): Document[] {
  return table
    .trim()
    .split("\n\n")
    .map((block) => readDocument(domain, block));
}

function readDocument(domain: Domain, block: string): Document {
  const [heading = "", ...lines] = block.split("\n");
  const title = heading.replace(/^# /, "");
  const facts = lines.map(readFact);
  const passage = facts
    .map((fact, index) => (index % 2 === 0 ? conditionFirst(fact) : statementFirst(fact)))
    .join(" ");
  return { id: `${domain}-${title.toLowerCase().replaceAll(" ", "-")}`, domain, title, facts, passage };
}

function readFact(line: string): Fact {
  const [question, condition, statement, ...rest] = line.split(" | ");
  if (question === undefined || condition === undefined || statement === undefined || rest.length > 0) {
    throw new Error(`not a fact: ${line}`);
  }
  return { question, condition, statement };
}
