// What the steps of this action share: the files through which a step talks to the runner, and the event.
import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** Sets outputs of this step; a value may have any characters. */
export function setOutputs(outputs) {
  for (const [name, value] of Object.entries(outputs)) {
    const end = `end-${randomUUID()}`;
    appendFileSync(process.env.GITHUB_OUTPUT, `${name}<<${end}\n${value}\n${end}\n`);
  }
}

/** Adds to the summary of the job. */
export function addToSummary(markdown) {
  appendFileSync(process.env.GITHUB_STEP_SUMMARY, `${markdown}\n\n`);
}

/** A line in the log that GitHub shows as an annotation; `kind` is notice, warning or error. */
export function annotate(kind, message) {
  const escaped = message.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  process.stdout.write(`::${kind} title=Bellwether gate::${escaped}\n`);
}

/** The event that started the workflow. */
export function readEvent() {
  const file = process.env.GITHUB_EVENT_PATH;
  return file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

/** Does the event come from a pull request of another repository, which gets no secrets and a token that only reads? */
export function isFork({ pull_request: pull }) {
  if (!pull) return false;
  return pull.head?.repo?.full_name !== pull.base?.repo?.full_name;
}
