import { renderJunit } from "@bellwether/cli/gate/junit";
import type { ItemOutcome } from "@bellwether/core/gate/outcome";
import { describe, expect, it } from "vitest";
import { gateDocument, outcome, PIPELINE, suiteSide } from "../support/gate-document.ts";
import { type Element, parseXml } from "../support/strict-xml.ts";

const items = (n: number, score: number, more: Partial<ItemOutcome> = {}) =>
  Array.from({ length: n }, (_, i) => outcome(i, score - (i % 4) / 100, more));
const base = suiteSide(items(40, 0.99), "production");

/** Attributes that JUnit's published schema (windyroad/JUnit-Schema, which the Jenkins one widens) asks for and allows. */
const ATTRIBUTES: Readonly<
  Record<string, { readonly must: readonly string[]; readonly may: readonly string[] }>
> = {
  testsuites: { must: [], may: [] },
  testsuite: {
    must: ["name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "time"],
    may: ["skipped"],
  },
  properties: { must: [], may: [] },
  testcase: { must: ["name", "classname", "time"], may: [] },
  failure: { must: ["type"], may: ["message"] },
  error: { must: ["type"], may: ["message"] },
  skipped: { must: [], may: ["message"] },
  "system-out": { must: [], may: [] },
  "system-err": { must: [], may: [] },
};
const CHILDREN: Readonly<Record<string, RegExp>> = {
  testsuites: /^(testsuite )*$/,
  testsuite: /^properties (testcase )*system-out system-err $/,
  testcase: /^(skipped |error |failure )?$/,
};

function expectValid({ name, attributes, children }: Element): void {
  const rule = ATTRIBUTES[name];
  expect(rule, name).toBeDefined();
  const given = Object.keys(attributes);
  expect(given).toEqual(expect.arrayContaining([...(rule?.must ?? [])]));
  expect([...(rule?.must ?? []), ...(rule?.may ?? [])]).toEqual(expect.arrayContaining(given));
  expect(children.map((child) => `${child.name} `).join("")).toMatch(CHILDREN[name] ?? /^$/);
  if (name === "testsuite") {
    expect(attributes.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    const cases = children.filter((child) => child.name === "testcase");
    const count = (outcomeName: string) =>
      String(cases.filter((one) => one.children[0]?.name === outcomeName).length);
    expect(attributes).toMatchObject({
      tests: String(cases.length),
      failures: count("failure"),
      errors: count("error"),
      skipped: count("skipped"),
    });
  }
  for (const child of children) expectValid(child);
}

function cases(document: Parameters<typeof renderJunit>[0]): string[] {
  const root = parseXml(renderJunit(document));
  expectValid(root);
  const found = root.children.flatMap(({ children }) => children.filter(({ name }) => name === "testcase"));
  return found.map(
    ({ attributes, children }) =>
      `${attributes.classname?.slice("bellwether.gate.".length)} ${attributes.name}: ${children[0]?.name ?? "passed"}`,
  );
}

describe("junit.xml", () => {
  it("has a case per check, and one per item that lost most, which fails with its metric", () => {
    expect(cases(gateDocument(suiteSide(items(40, 0.5)), base))).toEqual([
      "synthetic_test_suite faithfulness: failure",
      "synthetic_test_suite answer_relevancy_judged: passed",
      "regression_tests faithfulness: failure",
      "regression_tests cost: passed",
      "cost_validation cost_per_query: passed",
      "latency_validation p95: passed",
      ...[0, 1, 10, 11, 12].map((i) => `worst_items item-${i}: failure`),
    ]);
    const allowed = cases(gateDocument(suiteSide(items(40, 0.98)), base));
    expect(allowed).toContain("worst_items item-0: passed");
    expect(allowed.filter((line) => line.endsWith("failure"))).toEqual([]);
  });

  it("calls what nobody can decide an error, or skipped where the policy lets it pass", () => {
    const alone = (pipeline: string) => cases(gateDocument(base, undefined, { pipeline }));
    expect(alone(PIPELINE)).toContain("regression_tests cost: error");
    expect(alone(`${PIPELINE}  policy: {on_insufficient_evidence: pass}\n`)).toContain(
      "regression_tests cost: skipped",
    );
    const stopped = { why: "timeout", reason: "over" } as const;
    expect(cases(gateDocument(base, base, { stopped }))[0]).toBe("run finished: error");
  });

  it("is XML whatever answers say", () => {
    const hostile = ']]> <testcase name="x"/> & \u0000\u0008\ufffe\ud800 "quoted" \'too\'\r\n&amp; 😀';
    const head = items(40, 0.5, { question: hostile, answer: hostile }).map((item, i) => ({
      ...item,
      itemId: `${hostile}${i}`,
    }));
    const before = base.items.map((item, i) => ({ ...item, question: hostile, itemId: `${hostile}${i}` }));
    const xml = renderJunit(gateDocument(suiteSide(head, hostile), suiteSide(before)));
    expectValid(parseXml(xml));
    const worst = parseXml(xml)
      .children.at(-1)
      ?.children.find(({ name }) => name === "testcase");
    const clean = ']]> <testcase name="x"/> & \ufffd\ufffd\ufffd\ufffd "quoted" \'too\'';
    expect(worst?.attributes.name).toBe(`${clean} &amp; 😀0`);
    expect(worst?.children[0]?.text).toContain(`question: ${clean}\n&amp; 😀\n`);
  });
});
