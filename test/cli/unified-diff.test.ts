import { unifiedDiff } from "@bellwether/cli/registry/unified-diff";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

/** What `patch` does: the lines of `a` with every hunk in its place. */
function patched(a: string, diff: string): string {
  const lines = a.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const output: string[] = [];
  let next = 0;
  const body = diff.replaceAll(/\n\\ No newline at end of file\n/g, "¶").match(/[^\n¶]*[\n¶]/g) ?? [];
  for (const raw of body.slice(2)) {
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+/.exec(raw);
    if (hunk !== null) {
      const first = hunk[2] === "0" ? Number(hunk[1]) : Number(hunk[1]) - 1;
      output.push(...lines.slice(next, first));
      next = first;
      continue;
    }
    const line = raw.slice(1).replace("¶", "");
    if (raw[0] !== "+") expect(lines[next++]).toBe(line);
    if (raw[0] !== "-") output.push(line);
  }
  return [...output, ...lines.slice(next)].join("");
}

const numbered = (n: number, changed: readonly number[] = []): string =>
  Array.from({ length: n }, (_, i) => `${changed.includes(i + 1) ? "changed" : "line"} ${i + 1}\n`).join("");

describe("unifiedDiff", () => {
  // Bodies as GNU diffutils 3.8 prints them (diff -u).
  it.each([
    [
      "a changed line among others",
      numbered(9),
      numbered(9, [5]),
      "@@ -2,7 +2,7 @@\n line 2\n line 3\n line 4\n-line 5\n+changed 5\n line 6\n line 7\n line 8\n",
    ],
    ["text where there was none", "", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n"],
    ["none where there was text", "a\n", "", "@@ -1 +0,0 @@\n-a\n"],
    [
      "a last line that gets its end",
      "a\nb",
      "a\nb\n",
      "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n",
    ],
    [
      "two changes far apart",
      numbered(20),
      numbered(20, [2, 18]),
      "@@ -1,5 +1,5 @@\n line 1\n-line 2\n+changed 2\n line 3\n line 4\n line 5\n@@ -15,6 +15,6 @@\n line 15\n line 16\n line 17\n-line 18\n+changed 18\n line 19\n line 20\n",
    ],
  ])("shows %s", (_name, a, b, hunks) => {
    expect(unifiedDiff(a, b, ["v1", "v2"])).toBe(`--- v1\n+++ v2\n${hunks}`);
  });

  it("is empty for equal texts", () => {
    expect(unifiedDiff("a\n", "a\n", ["v1", "v2"])).toBe("");
  });

  it("turns one text into the other", () => {
    const text = fc
      .array(fc.constantFrom("a\n", "b\n", "c\n", "\n", "-a\n", "@@ -1 +1 @@\n"), { maxLength: 30 })
      .chain((lines) => fc.constantFrom("", "end").map((end) => lines.join("") + end));
    fc.assert(
      fc.property(text, text, (a, b) => {
        fc.pre(a !== b);
        expect(patched(a, unifiedDiff(a, b, ["a", "b"]))).toBe(b);
      }),
    );
  });

  it("shows one replaced block where the table would be too large", () => {
    const [a, b] = [1, 2].map((seed) => Array.from({ length: 30_000 }, (_, i) => `${i * seed}\n`).join(""));
    expect(patched(a ?? "", unifiedDiff(a ?? "", b ?? "", ["a", "b"]))).toBe(b);
  });
});
