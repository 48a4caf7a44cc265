// Decides who judges: Bedrock where there are credentials or a role to assume, else the stand-in, with the reason.
// Modes: bedrock, stand-in (asked for), fallback (a stand-in because nothing else is there), skip (nothing can be run).
import { addToSummary, annotate, isFork, readEvent, setOutputs } from "./github.mjs";

const env = process.env;
const fork = isFork(readEvent());
const canAssume = Boolean(env.INPUT_ROLE && env.ACTIONS_ID_TOKEN_REQUEST_URL);
const hasCredentials = Boolean(env.AWS_ACCESS_KEY_ID || env.AWS_WEB_IDENTITY_TOKEN_FILE || env.AWS_PROFILE);

/** Who gets no secrets, in words; undefined for everybody else. */
function withoutSecrets() {
  if (fork) return "a pull request from a fork gets no secrets and no AWS role";
  return env.GITHUB_ACTOR === "dependabot[bot]" ? "Dependabot gets no secrets and no AWS role" : undefined;
}

function decide() {
  if (env.INPUT_STAND_IN === "true") {
    return { mode: "stand-in", reason: "the stand-in judge was asked for", assumeRole: false };
  }
  if (canAssume) return { mode: "bedrock", reason: "the role is assumed", assumeRole: true };
  if (hasCredentials) return { mode: "bedrock", reason: "credentials of the environment", assumeRole: false };
  const reason = withoutSecrets();
  // A gate that everybody takes for a real one must not turn into a stand-in by a slip of the workflow.
  if (reason === undefined && env.INPUT_ROLE) {
    return {
      mode: "error",
      reason: "role-to-assume is set, but the job lacks the permission `id-token: write`",
    };
  }
  return {
    mode: env.INPUT_PROMPT ? "skip" : "fallback",
    reason: reason ?? "role-to-assume is not set, and there are no AWS credentials in the environment",
    assumeRole: false,
  };
}

const { mode, reason, assumeRole = false } = decide();
setOutputs({ mode, reason, "assume-role": assumeRole });
if (mode === "error") {
  annotate("error", reason);
  addToSummary(`## ❌ The gate did not run\n\n${reason}.`);
  process.exitCode = 1;
} else if (mode === "fallback") {
  annotate("warning", `the stand-in judge is used in place of Bedrock: ${reason}`);
  addToSummary(
    `> **Judged by a stand-in:** ${reason}. Skipped: the judge on Bedrock, the comment where the token cannot write one, and whatever was to be published or recorded. What follows holds for cost, latency and formats; the scores come from word matching and block nothing.`,
  );
} else if (mode === "skip") {
  annotate("warning", `nothing was run: ${reason}`);
  addToSummary(
    `## ⬜ Gate skipped\n\nNothing was run: ${reason}, and the answers of a prompt come from Bedrock. Somebody with access has to run the gate on this change.`,
  );
} else if (mode === "stand-in" && withoutSecrets() !== undefined) {
  addToSummary(
    `> **Judged by a stand-in**, as asked for. Skipped: the comment and whatever needs AWS, since ${withoutSecrets()}.`,
  );
} else {
  process.stdout.write(`${mode}: ${reason}\n`);
}
