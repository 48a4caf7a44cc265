import { describe, expect, it } from "vitest";
import { runStep } from "../support/action-step.ts";

const ROLE = "arn:aws:iam::123456789012:role/gate";
const OIDC = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.example/" };
const pull = (from: string | null) => ({
  pull_request: {
    head: { repo: from === null ? null : { full_name: from } },
    base: { repo: { full_name: "us/repo" } },
  },
});

describe("how the action judges", () => {
  it.each([
    ["a role it can assume", { INPUT_ROLE: ROLE, ...OIDC }, {}, "bedrock", "true"],
    ["credentials of the environment", { AWS_ACCESS_KEY_ID: "AKIA" }, {}, "bedrock", "false"],
    [
      "the stand-in asked for",
      { INPUT_ROLE: ROLE, ...OIDC, INPUT_STAND_IN: "true" },
      {},
      "stand-in",
      "false",
    ],
    [
      "a pull request of the repository itself",
      { INPUT_ROLE: ROLE, ...OIDC },
      pull("us/repo"),
      "bedrock",
      "true",
    ],
    ["a fork", { INPUT_ROLE: ROLE }, pull("them/repo"), "fallback", "false"],
    ["a fork that is gone", { INPUT_ROLE: ROLE }, pull(null), "fallback", "false"],
    [
      "Dependabot",
      { INPUT_ROLE: ROLE, GITHUB_ACTOR: "dependabot[bot]" },
      pull("us/repo"),
      "fallback",
      "false",
    ],
    ["no role at all", {}, {}, "fallback", "false"],
    ["a fork and a prompt to be asked", { INPUT_PROMPT: "p.md" }, pull("them/repo"), "skip", "false"],
  ])("with %s", async (_, env, event, mode, assumeRole) => {
    const { code, outputs, summary } = await runStep("decide-mode.mjs", env, { event });
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ mode, "assume-role": assumeRole });
    if (mode === "fallback") expect(summary).toMatch(/^> \*\*Judged by a stand-in:\*\* .+ Skipped: /);
    else if (mode === "skip") expect(summary).toContain("a pull request from a fork gets no secrets");
    else expect(summary).toBe("");
  });

  it("with a stand-in asked for on a fork says what is left out", async () => {
    const { outputs, summary } = await runStep(
      "decide-mode.mjs",
      { INPUT_STAND_IN: "true" },
      { event: pull("them/repo") },
    );
    expect(outputs).toMatchObject({ mode: "stand-in" });
    expect(summary).toMatch(
      /as asked for\. Skipped: the comment .* since a pull request from a fork gets no secrets/,
    );
  });

  it("is no stand-in because a permission was forgotten", async () => {
    const { code, log } = await runStep("decide-mode.mjs", { INPUT_ROLE: ROLE }, { event: pull("us/repo") });
    expect(code).toBe(1);
    expect(log).toMatch(/^::error .*id-token: write/m);
  });
});

describe("how the action ends", () => {
  it.each([
    ["passed", "0", "bedrock", "true", "false", 0],
    ["passed", "1", "bedrock", "true", "true", 1], // could not be recorded
    ["failed", "1", "bedrock", "true", "true", 1],
    ["failed", "1", "stand-in", "true", "true", 1],
    ["failed", "1", "fallback", "true", "true", 0],
    ["failed", "1", "fallback", "true", "false", 1], // by its cost
    ["not_enough_evidence", "3", "bedrock", "true", "true", 3],
    ["not_enough_evidence", "3", "bedrock", "false", "true", 0],
    ["not_enough_evidence", "0", "bedrock", "true", "true", 0], // by the policy
    ["not_enough_evidence", "3", "fallback", "true", "true", 0],
    ["skipped", "", "skip", "true", "", 0],
    ["error", "2", "bedrock", "true", "true", 1],
  ])("with %s (%s) of %s, fail-on-insufficient %s, by the judge alone %s: %i", async (...given) => {
    const [verdict, exitCode, mode, failOnInsufficient, judgeAlone, code] = given;
    const ended = await runStep("verdict.sh", {
      GATE_VERDICT: verdict,
      GATE_EXIT_CODE: exitCode,
      GATE_MODE: mode,
      GATE_FAIL_ON_INSUFFICIENT: failOnInsufficient,
      GATE_JUDGE_ALONE: judgeAlone,
    });
    expect(ended.code).toBe(code);
    expect(/^::error /m.test(ended.log)).toBe(code !== 0);
  });
});
