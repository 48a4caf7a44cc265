import { oneLine, renderTable } from "@bellwether/cli/output";
import pc from "picocolors";
import { describe, expect, it } from "vitest";

const plain = pc.createColors(false);

describe("renderTable", () => {
  it("aligns numbers to the right, shows NULL as – and cuts long text", () => {
    const table = renderTable(
      ["name", "n", "mixed"],
      [
        ["日本", 1, 1],
        [null, 1234567, "x"],
        ["y".repeat(100), 0.30000000000000004, null],
      ],
      plain,
    );
    const [header, rule, first, second, third] = table.split("\n");
    expect(header).toBe(`name${" ".repeat(76)}        n  mixed`);
    expect(rule).toBe(`${"─".repeat(80)}  ───────  ─────`);
    expect(first).toBe(`日本${" ".repeat(78)}        1  1`);
    expect(second).toBe(`–${" ".repeat(79)}  1234567  x`);
    expect(third).toBe(`${"y".repeat(79)}…      0.3  –`);
  });

  it("shows 0, false and empty text as themselves, not as missing", () => {
    expect(renderTable(["a", "b", "c", "d"], [[0, false, "", [1, null]]], plain).split("\n")[2]).toBe(
      "0  false     [1,null]",
    );
  });

  it("does not let logged text drive the terminal", () => {
    const table = renderTable(["a"], [["\u001b[2J\u202Eevil\r\nline\ttab"]], plain);
    expect(table.split("\n")[2]).toBe(" [2J evil line tab");
  });

  it("prints the header of an empty answer", () => {
    expect(renderTable(["a"], [], plain)).toBe("a\n─\n");
  });
});

describe("oneLine", () => {
  it("drops the excerpt of the statement and joins the rest", () => {
    expect(oneLine('Binder Error: no "x"\nCandidate bindings: "y"\n\nLINE 1: select x\n        ^')).toBe(
      'Binder Error: no "x" Candidate bindings: "y"',
    );
  });
});
