import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@bellwether/cli/arguments";
import { demoDocument } from "@bellwether/cli/demo/document";
import { renderDemo } from "@bellwether/cli/demo/render-demo";
import { run } from "@bellwether/cli/demo-command";
import { runInto } from "@bellwether/cli/report/run-into";
import { ROLLBACK_POLICY_FILE } from "@bellwether/cli/rollback-policy-file";
import { playStory } from "@bellwether/local/demo/play-story";
import { type Story, storyOf } from "@bellwether/local/demo/story";
import { describe, expect, it } from "vitest";
import { recordingIo } from "../support/recording-io.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 9, 6, 9);
/** The busy hours of a day whose canary turns bad in the second hour. */
const SHORT: Story = {
  ...storyOf(3, 4_000),
  start: START,
  canaryFrom: START + HOUR,
  turnsBadAt: START + 2 * HOUR,
  dayEnd: START + 5 * HOUR,
  end: START + 5 * HOUR,
};

describe("the demo", () => {
  it("tells a shortened story to its end, with every number from the product", {
    timeout: 120_000,
  }, async () => {
    const out = mkdtempSync(join(tmpdir(), "demo-"));
    const environment = { ...process.env };
    const io = recordingIo();
    try {
      const {
        run: played,
        lake,
        summary,
      } = await runInto({ name: "demo", out, io }, (context) =>
        playStory({ story: SHORT, rollbackPolicyFile: ROLLBACK_POLICY_FILE, ...context }),
      );
      const demo = await demoDocument(lake, SHORT, played, summary);
      lake.close();
      expect(demo.checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(summary.rollbacks).toMatchObject([{ from: "v13", to: "v12" }]);
      expect(demo.eValue).toBeGreaterThanOrEqual(100);
      const { read, kept, quarantined, duplicate, ignored } = summary.records;
      expect(kept + quarantined + duplicate + ignored).toBe(read);
      // The judge's own calls are in the log, and none of them was judged.
      expect(summary.evaluation.scored).toBeGreaterThan(300);
      expect(kept).toBeGreaterThan(played.truth.length + summary.evaluation.scored);
      const whats = demo.timeline.map(({ what }) => what);
      expect(whats.slice(0, 2)).toEqual(["canary_started", "canary_turned_bad"]);
      expect(whats).toEqual(expect.arrayContaining(["verdict", "rollback", "alarm", "page"]));
      const text = renderDemo({ summary, demo, story: SHORT, out: "x" }, io);
      expect(text).toContain("STAND-IN");
      expect(text).toContain(`bellwether why ${demo.worstRequest} --out x`);
      expect(readdirSync(join(out, "lake"))).toContain("rollbacks_log");
      expect(io.written.stdout).toBe("");
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
      Object.assign(process.env, environment);
      rmSync(out, { recursive: true, force: true });
    }
  });

  it.each([
    [["--requests", "many"], /--requests many is not a whole number from 500 to 200000/],
    [["--requests", "10"], /--requests 10/],
    [["--seed", "-1"], /seed/],
    [["--seed", "1.5"], /--seed 1.5/],
    [["north"], /unexpected "north"/],
    [["--speed"], /--speed/],
  ])("refuses %j as bad usage", async (args, problem) => {
    const attempt = run(args, recordingIo());
    await expect(attempt).rejects.toBeInstanceOf(UsageError);
    await expect(attempt).rejects.toThrow(problem);
  });
});
