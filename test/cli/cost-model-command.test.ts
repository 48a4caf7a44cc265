import { main } from "@bellwether/cli/main";
import { describe, expect, it } from "vitest";
import { recordingIo } from "../support/recording-io.ts";

describe("bellwether cost-model", () => {
  it.each([
    [["--requests", "none"], "--requests none must be a number from 1 to 1000000000000"],
    [["--judged", "5"], "--judged 5 must be a number from 0 to 1"],
    [["--records-per-object", "0"], "--records-per-object 0 must be a number from 1 to 1000000"],
    [["extra"], 'unexpected "extra"'],
    [["--judge", "1"], "Unknown option '--judge'"],
  ])("refuses %j in one line", async (args, problem) => {
    const io = recordingIo();
    expect(await main(["cost-model", ...args], io)).toBe(2);
    expect(io.written.stderr).toContain(problem);
    expect(io.written.stderr.trim().split("\n")).toHaveLength(1);
  });
});
