import { parseArguments, UsageError } from "@bellwether/cli/arguments";
import { describe, expect, it } from "vitest";

const OPTIONS = {
  out: { type: "string" },
  json: { type: "boolean" },
  param: { type: "string", multiple: true },
} as const;
const parse = (...args: string[]) => parseArguments("query", args, OPTIONS);

describe("parseArguments", () => {
  it("tells options from positionals", () => {
    const { values, positionals } = parse(
      "select 1",
      "--out",
      "dir",
      "--json",
      "--param=a=1",
      "--param",
      "b=2",
    );
    expect({ ...values }).toEqual({ out: "dir", json: true, param: ["a=1", "b=2"] });
    expect(positionals).toEqual(["select 1"]);
    expect(parse("--", "--not-an-option").positionals).toEqual(["--not-an-option"]);
  });

  it.each([
    [["--nope"], "Unknown option '--nope'; see `bellwether help query`"],
    [["-x"], "Unknown option '-x'; see `bellwether help query`"],
    [["--out"], "Option '--out <value>' argument missing; see `bellwether help query`"],
    [["--json=yes"], "Option '--json' does not take an argument; see `bellwether help query`"],
    [["--out", "--json"], "Option '--out' argument is ambiguous; see `bellwether help query`"],
  ])("refuses %j in one line", (args, message) => {
    expect(() => parse(...args)).toThrow(UsageError);
    expect(() => parse(...args)).toThrow(message);
    expect(() => parse(...args)).not.toThrow(/\n/);
  });
});
