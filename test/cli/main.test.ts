import { main } from "@bellwether/cli/main";
import { describe, expect, it } from "vitest";
import { recordingIo } from "../support/recording-io.ts";

async function bellwether(...argv: string[]) {
  const io = recordingIo();
  const code = await main(argv, io);
  return { code, ...io.written };
}

const ONE_LINE = /^bellwether: [^\n]+\n$/;

describe("bellwether", () => {
  it.each([["help"], ["--help"], ["-h"]])("%s names every command", async (flag) => {
    const { code, stdout, stderr } = await bellwether(flag);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of ["demo", "replay", "query", "rollout", "registry", "sampling", "usage", "why"])
      expect(stdout).toContain(`\n  ${name}`);
  });

  it.each([
    ["help", "query"],
    ["query", "--help"],
  ])("%s %s shows how to call it", async (...argv) => {
    expect(await bellwether(...argv)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("--saved NAME"),
    });
  });

  it("prints its version", async () => {
    expect((await bellwether("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([[[]], [["quary"]], [["toString"]], [["help", "quary"]], [["two\nlines\u001b[31m"]]])(
    "refuses %j with one line that names the commands",
    async (argv) => {
      const { code, stdout, stderr } = await bellwether(...argv);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(ONE_LINE);
      expect(stderr).toContain(
        "demo, replay, query, reprice, reconcile, rollout, registry, sampling, budget, backtest, usage, review, dataset, gate, cost-model, doctor, forget, why and help",
      );
      expect(stderr).not.toContain("\u001b");
    },
  );

  it("turns wrong arguments of a command into one line and exit code 2", async () => {
    const { code, stdout, stderr } = await bellwether("query", "--frobnicate");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe("bellwether: Unknown option '--frobnicate'; see `bellwether help query`\n");
  });
});
