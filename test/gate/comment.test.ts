import { renderComment } from "@bellwether/cli/gate/comment";
import { codeBlock, codeSpan } from "@bellwether/cli/gate/markdown";
import type { ItemOutcome } from "@bellwether/core/gate/outcome";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gateDocument, outcome, suiteSide } from "../support/gate-document.ts";

const items = (n: number, score: number, more?: (i: number) => Partial<ItemOutcome>) =>
  Array.from({ length: n }, (_, i) => outcome(i, score - (i % 4) / 100, more?.(i)));
const base = suiteSide(items(40, 0.99), "production");
const claimed = (i: number, claim: string): Partial<ItemOutcome> => ({
  draws: outcome(i, 0.5 - (i % 4) / 100).draws.map((draw) => ({ ...draw, unsupportedClaims: [claim] })),
});

/** Markdown without what is code: what a reader's browser could take for markup, links or mentions. */
function outsideCode(markdown: string): string {
  const lines = markdown.split("\n");
  const kept: string[] = [];
  let fence: string | undefined;
  for (const line of lines) {
    const run = /^`{3,}/.exec(line)?.[0];
    if (fence === undefined && run !== undefined && !line.slice(run.length).includes("`")) fence = run;
    else if (fence !== undefined) {
      if (run !== undefined && run.length >= fence.length && line.trim() === run) fence = undefined;
    } else kept.push(line);
  }
  if (fence !== undefined) throw new Error("a code block is never closed");
  return kept.join("\n").replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "CODE");
}

describe("comment.md", () => {
  const failed = renderComment(
    gateDocument(
      suiteSide(
        items(40, 0.5, (i) => ({ answer: `It lasts ${i} years.`, ...claimed(i, "Free of charge.") })),
        "change",
      ),
      base,
    ),
  );

  it("says the verdict first, under a marker that tells suites apart", () => {
    expect(failed.split("\n").slice(0, 5)).toEqual([
      "<!-- bellwether-gate:suites/help.jsonl -->",
      "",
      "## ❌ Gate failed",
      "",
      "`change` against `production` · 40 items of `suites/help.jsonl` · judged by `anthropic.claude-haiku-4-5-20251001-v1:0` (`judge.1`)",
    ]);
    expect(failed).toContain(
      "**Failed**\n- `faithfulness` (synthetic_test_suite): mean 0.485, threshold 0.85: surely below",
    );
    expect(failed).not.toContain("Stand-in");
  });

  it("has a row per metric: base, head, difference, interval, gate", () => {
    expect(failed).toMatch(
      /^\| `faithfulness` \| 0\.975 \| 0\.485 \| −0\.49 \| −0\.49 … −0\.49 \| ❌ ≥ 0\.85, ❌ at most 5 % worse \|$/m,
    );
    expect(failed).toMatch(
      /^\| `cost` \| \$0\.001029 \| \$0\.001029 \| \$0 \| \$0 … \$0 \| ✅ at most 5 % worse \|$/m,
    );
    expect(failed).toMatch(/^\| `p95` \| – \| 800 ms \| – \| .* \| ⚠️ ≤ 3000 ms \|$/mu);
    expect(failed).toContain("**Cost and latency:** $0.001029 per answer (base $0.001029); latency p50 ");
  });

  it("shows the worst regressions with question, both answers and what nothing supports", () => {
    expect(failed).toMatch(
      /<details><summary>Worst regression 1: faithfulness −0\.49<\/summary>\n\nItem `item-0`\n\n\*\*Question\*\*\n\n```text\nQuestion 0\?\n```\n\n\*\*Base\*\*\n\n```text\nAnswer 0\.\n```\n\n\*\*Head\*\*\n\n```text\nIt lasts 0 years\.\n```\n\n\*\*Nothing supports\*\*\n- `Free of charge\.`\n\n<\/details>/,
    );
  });

  it("names a stand-in, a missing base and a run that stopped", () => {
    const stopped = { why: "outage", reason: "no answers from `x`" } as const;
    const comment = renderComment(
      gateDocument(suiteSide(items(40, 0.99), "change", true), undefined, { stopped }),
    );
    expect(comment).toContain(
      "## ⚠️ Not enough evidence\n\n**The run did not finish:** `` no answers from `x` ``",
    );
    expect(comment).toContain("> **Stand-in judge:**");
    expect(comment).toContain("`faithfulness` (regression_tests): there is no baseline to compare with");
    expect(renderComment(gateDocument(base, base))).toContain("## ✅ Gate passed");
  });

  it("stays within what GitHub takes, whole parts left out with a note", () => {
    const long = "`".repeat(3_000) + "x y\n".repeat(40_000);
    const head = items(40, 0.5, (i) => ({ question: long, answer: long, ...claimed(i, long) }));
    const tagged = (side: readonly ItemOutcome[]) =>
      side.map((item, i) => ({
        ...item,
        question: long,
        answer: long,
        tags: [`${i % 7}${"|".repeat(5_000)}`],
      }));
    const comment = renderComment(gateDocument(suiteSide(tagged(head)), suiteSide(tagged(base.items))));
    expect(comment.length).toBeLessThanOrEqual(64_000);
    expect(comment).toMatch(/_\d+ parts? left out: too long for a comment; the files have it all\._\n$/);
    expect(outsideCode(comment).match(/<details>/g)?.length).toBe(
      outsideCode(comment).match(/<\/details>/g)?.length,
    );
  });

  it("lets no answer, question, id, tag, claim or label mention, link, mark up or leave its block", () => {
    const hostile =
      "@everyone <img src=x onerror=alert(1)> </details> [free](https://evil.example) https://evil.example #1 ~~~\n```\n````\n# HEAD | a | b |\n\u202eevil\u0000 <!-- bellwether-gate:other -->";
    const mean = (i: number, side: ItemOutcome): ItemOutcome => ({
      ...side,
      itemId: `${hostile}${i}`,
      question: hostile,
      answer: hostile,
      tags: [hostile],
    });
    const head = items(40, 0.5, (i) => claimed(i, hostile)).map((item, i) => mean(i, item));
    const comment = renderComment(
      gateDocument(
        suiteSide(head, hostile),
        suiteSide(
          base.items.map((item, i) => mean(i, item)),
          hostile,
        ),
      ),
    );
    const seen = outsideCode(comment);
    expect(seen).not.toMatch(/@|evil|<img|#1|\[free\]|HEAD/);
    expect(seen.match(/<!--/g)).toHaveLength(1);
    expect(seen.match(/<(?!\/?details>|\/?summary>|!-- bellwether-gate:suites)/g)).toBeNull();
    expect(comment).not.toMatch(/[\p{Cf}\0]/u);
  });
});

describe("text of others in Markdown", () => {
  it("stays code whatever it says", () => {
    const text = fc.string({
      unit: fc.constantFrom("`", "``", "```", "~", "\n", " ", "x", "|", "@a", "<b>", "\\", "\t", "\ud800"),
      maxLength: 30,
    });
    fc.assert(
      fc.property(text, (said) => {
        expect(outsideCode(`a ${codeSpan(said, 200)} z`)).toMatch(/^a (CODE|\(empty\)) z$/);
        expect(outsideCode(`a\n${codeBlock(said, 200)}\nz`)).toBe("a\nz");
      }),
    );
  });

  it("is cut where it is too long, and broken into lines at spaces", () => {
    expect(codeSpan("abcdef", 4)).toBe("`abc…`");
    const lines = codeBlock(`${"word ".repeat(60)}${"x".repeat(250)}`, 1_000).split("\n");
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(lines.slice(1, -1).join("").replaceAll(" ", "")).toBe("word".repeat(60) + "x".repeat(250));
  });
});
