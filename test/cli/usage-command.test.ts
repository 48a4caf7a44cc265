import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@bellwether/cli/arguments";
import type { UsageDocument } from "@bellwether/cli/usage/read-usage";
import { renderUsage } from "@bellwether/cli/usage/render-usage";
import { run } from "@bellwether/cli/usage-command";
import type { LakeRow } from "@bellwether/core/lake/tables";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordingIo } from "../support/recording-io.ts";
import { type Parts, writeTemporaryLake } from "../support/temporary-lake.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function outOf(parts: Parts): string {
  const out = mkdtempSync(join(tmpdir(), "usage-"));
  folders.push(out);
  renameSync(writeTemporaryLake(parts), join(out, "lake"));
  return out;
}

const call = (id: number, more: LakeRow = {}): LakeRow => ({
  request_id: `r${id}`,
  at: "2026-06-06T07:30:00.000Z",
  app: "bot",
  prompt_version: "p1",
  variant: "stable",
  model_id: "nova",
  region: "us-east-1",
  region_tier: "geo",
  user_id: `u${id}`,
  session_id: `s${id}`,
  latency_ms: 100 * id,
  rev: 1,
  ...more,
});

async function told(out: string, ...args: string[]) {
  const io = recordingIo();
  expect(await run(["--out", out, ...args], io)).toBe(0);
  return io.written.stdout;
}

describe("bellwether usage", () => {
  let document: UsageDocument;
  beforeAll(async () => {
    const out = outOf({
      requests_log: [
        [
          call(1, { trace_id: "t" }),
          call(2, { guardrail: "topicPolicy", guardrail_input: "topicPolicy", guardrail_assessments: 1 }),
          call(3, { error_code: "ThrottlingException" }),
        ],
      ],
      feedback_log: [
        [
          {
            feedback_id: "f1",
            request_id: "r1",
            kind: "thumbs",
            value: "up",
            negative: false,
            at: "2026-06-06T08:00:00.000Z",
            rev: 1,
          },
        ],
      ],
    });
    document = JSON.parse(await told(out, "--json")) as UsageDocument;
  });

  it("says use, satisfaction with its interval, guardrails, latency, errors and peaks", () => {
    const text = renderUsage(document, recordingIo());
    expect(text).toMatch(/bot +p1 +2026-06-06 +3 +1 +3 .*not yet known/);
    // Wilson for 1 of 1: 20.7 % to 100 %; for 1 of 3: 6.1 % to 79.2 %.
    expect(text).toContain("100.0 % (20.7–100.0) of 1");
    expect(text).toMatch(/input +topicPolicy +33\.3 % \(6\.1–79\.2\) of 3/);
    expect(text).toMatch(/nova +stable +2 +100 +200 +200/);
    expect(text).toMatch(/ThrottlingException +1 +33\.3 %/);
    expect(text).toMatch(/us-east-1 +geo +nova +3 +0 +1× +1/);
    expect(text).not.toContain("\u001b");
  });

  it("gives one document with every row under --json", () => {
    expect(Object.keys(document)).toEqual([
      "usage",
      "satisfaction",
      "callsPerUserRequest",
      "guardrails",
      "guardrailPolicies",
      "latency",
      "errors",
      "quotas",
    ]);
    expect(document.satisfaction).toMatchObject([{ thumbs: 1, thumbs_rate: 1, ratings: 0, csat: null }]);
  });

  it("says what nobody knows instead of a zero", async () => {
    const text = await told(outOf({ requests_log: [[call(1, { latency_ms: null })]] }));
    expect(text).toContain("nobody voted; that is not satisfaction");
    expect(text).toContain("Guardrails  the log shows none");
    expect(text).toContain("no call carries a traceId");
    expect(text).toContain("Latency, ms  the log has none");
    expect(text).toMatch(/bot +p1 +1 +– +– +1 +– +– +–/);
  });

  it.each([
    [[], /--out DIR is missing/],
    [["--out", "/nowhere"], /no lake at/],
    [["--out", "x", "extra"], /unexpected "extra"/],
    [["--nope"], /help usage/],
  ])("refuses %j", async (args, message) => {
    const answer = run(args, recordingIo());
    await expect(answer).rejects.toThrow(UsageError);
    await expect(answer).rejects.toThrow(message);
  });
});
