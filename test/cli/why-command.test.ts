import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@bellwether/cli/arguments";
import { explain } from "@bellwether/cli/why/explain";
import { run } from "@bellwether/cli/why-command";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordingIo } from "../support/recording-io.ts";
import { writeTemporaryLake } from "../support/temporary-lake.ts";

const AT = "2026-06-06T07:30:00.000Z";
let out: string;

beforeAll(() => {
  const drawn = {
    app: "bot",
    u: 0.3,
    pi: 1,
    deciding_rule: "new_user",
    rules: "new_user,random_sample",
    priority: 2,
  };
  const lake = writeTemporaryLake({
    requests_log: [
      [
        {
          request_id: "r-1",
          at: AT,
          ...drawn,
          outcome: "queued",
          rev: 1,
          source_key: "k.json.gz",
          source_line: 7,
        },
        {
          request_id: "r-1",
          at: AT,
          ...drawn,
          outcome: "judged",
          rev: 2,
          source_key: "k.json.gz",
          source_line: 7,
        },
        {
          request_id: "it's",
          at: AT,
          app: "bot",
          outcome: "filtered",
          outcome_reason: "failed_call",
          rev: 1,
        },
      ],
    ],
    evaluations_log: [
      [
        {
          request_id: "r-1",
          metric: "faithfulness",
          at: AT,
          status: "scored",
          score: 0.25,
          reason: "3 of 4 unsupported",
          rev: 1,
        },
        { request_id: "r-1", metric: "quality", at: AT, status: "scored", score: 0.5, rev: 1 },
      ],
    ],
    feedback_log: [
      [
        {
          feedback_id: "f-1",
          request_id: "r-1",
          kind: "thumbs",
          value: "down",
          negative: true,
          at: AT,
          rev: 1,
        },
        {
          feedback_id: "f-2",
          request_id: "lost",
          kind: "thumbs",
          value: "up",
          negative: false,
          at: AT,
          rev: 1,
        },
      ],
    ],
  });
  out = mkdtempSync(join(tmpdir(), "out-"));
  renameSync(lake, join(out, "lake"));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

async function why(...args: string[]) {
  const io = recordingIo();
  const code = await run(args, io);
  return { code, ...io.written };
}

describe("bellwether why", () => {
  it("shows the latest revision, why it was judged, scores with reasons, and feedback", async () => {
    const { code, stdout, stderr } = await why("r-1", "--out", out);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const part of [
      "Evaluated: rule new_user gave it a chance of 1, and its number 0.3 is below that.",
      "source_key k.json.gz · source_line 7 · rev 2",
      "rules new_user,random_sample",
      "unpriced",
      "3 of 4 unsupported",
      "down",
    ]) {
      expect(stdout).toContain(part);
    }
  });

  it("prints one JSON document, quality first", async () => {
    const { stdout } = await why("r-1", "--out", out, "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      requestId: "r-1",
      request: { outcome: "judged", rev: 2 },
      evaluations: [
        { metric: "quality", score: 0.5 },
        { metric: "faithfulness", score: 0.25 },
      ],
      feedback: [{ feedback_id: "f-1", negative: true }],
    });
  });

  it("takes an id with a quote as it is", async () => {
    expect((await why("it's", "--out", out)).stdout).toContain("the call failed");
  });

  it("says in one line that there is no record, and that feedback waits for it", async () => {
    const unknown = await why("nothing", "--out", out);
    expect(unknown).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^bellwether: no record of nothing: .*\n$/),
    });
    expect((await why("lost", "--out", out)).stderr).toContain("feedback that names it: 1");
  });

  it.each([[[]], [["a", "b"]], [["a"]]])("refuses %j as bad usage", async (args) => {
    await expect(why(...args)).rejects.toBeInstanceOf(UsageError);
  });
});

describe("explain", () => {
  const drawn = { u: 0.01, pi: 0.02, deciding_rule: "random_sample" };
  it.each([
    [{ outcome: "filtered", outcome_reason: "loop_guard" }, /judge never judges itself/],
    [{ outcome: "filtered", outcome_reason: "no_text" }, /no question and answer in text/],
    [{ outcome: "filtered", outcome_reason: "new_reason" }, /Never eligible: new_reason/],
    [{ outcome: "sampled_out", ...drawn, u: 0.5 }, /not drawn.*random_sample.*0\.02.*0\.5 is not below/],
    [{ outcome: "queued", ...drawn }, /no result yet/],
    [{ outcome: "abstained", ...drawn, outcome_reason: "no_answer" }, /no score: no_answer/],
    [{ outcome: "failed", ...drawn, outcome_reason: "refusal" }, /judging failed: refusal/],
    [{ outcome: "else" }, /Unknown outcome else/],
  ])("puts %j into words", (request, sentence) => {
    expect(explain(request)).toMatch(sentence);
  });
});
