// Writes INPUT_COMMENT into the pull request: the comment of an earlier push is replaced, found by its hidden marker.
import { readFileSync } from "node:fs";
import { addToSummary, annotate, isFork, readEvent } from "./github.mjs";

const env = process.env;
const PAGE = 100;
const ATTEMPTS = 3;
const LONGEST = 65_536;
const WAIT_MS = Number(env.BELLWETHER_RETRY_MS ?? 1_000);

/** Calls the API; a server in trouble is asked again. Resolves with status and JSON. */
async function api(method, path, body) {
  for (let attempt = 1; ; attempt++) {
    let problem;
    try {
      const response = await fetch(`${env.GITHUB_API_URL}${path}`, {
        method,
        headers: {
          accept: "application/vnd.github+json",
          authorization: `Bearer ${env.GITHUB_TOKEN}`,
          "content-type": "application/json",
          "user-agent": "bellwether-gate",
          "x-github-api-version": "2022-11-28",
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (response.status < 500) return { status: response.status, json: await response.json() };
      problem = `${method} ${path}: ${response.status}`;
    } catch (error) {
      problem = `${method} ${path}: ${error.cause?.message ?? error.message}`;
    }
    if (attempt === ATTEMPTS) throw new Error(problem);
    await new Promise((next) => setTimeout(next, WAIT_MS * attempt));
  }
}

/** JSON of a call that must succeed. */
async function ask(method, path, body) {
  const { status, json } = await api(method, path, body);
  if (status < 300) return json;
  const error = new Error(`${method} ${path}: ${status} ${json?.message ?? ""}`.trim());
  error.status = status;
  throw error;
}

/** Is a comment the one of this marker, by a bot or by whoever the token is? Anybody can write the marker into theirs. */
const isOurs = (marker, login) => (comment) =>
  comment.body?.startsWith(marker) &&
  (login === undefined ? comment.user?.type === "Bot" : comment.user?.login === login);

/** The earlier comment, if there is one. */
async function findComment(repository, number, marker) {
  // The workflow's own token has no user.
  const me = await api("GET", "/user");
  const ours = isOurs(marker, me.status === 200 ? me.json.login : undefined);
  for (let page = 1; ; page++) {
    const comments = await ask(
      "GET",
      `/repos/${repository}/issues/${number}/comments?per_page=${PAGE}&page=${page}`,
    );
    const found = comments.find(ours);
    if (found !== undefined || comments.length < PAGE) return found;
  }
}

function links(commit) {
  const run = `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`;
  const artifact = env.INPUT_ARTIFACT_URL ? `[All results](${env.INPUT_ARTIFACT_URL}) · ` : "";
  return `${artifact}[Run](${run}) of ${commit}`;
}

async function main() {
  const event = readEvent();
  const number = event.pull_request?.number;
  if (number === undefined) {
    process.stdout.write("no pull request: nothing to comment on\n");
    return;
  }
  if (isFork(event) && env.GITHUB_EVENT_NAME === "pull_request") {
    process.stdout.write("a pull request from a fork gets a token that only reads\n");
    addToSummary("> **No comment:** a pull request from a fork gets a token that cannot write one.");
    return;
  }
  const text = readFileSync(env.INPUT_COMMENT, "utf8");
  const marker = text.slice(0, text.indexOf("\n"));
  const body = `${text}\n${links(event.pull_request.head?.sha ?? env.GITHUB_SHA)}\n`.slice(0, LONGEST);
  try {
    const found = await findComment(env.GITHUB_REPOSITORY, number, marker);
    if (found === undefined)
      await ask("POST", `/repos/${env.GITHUB_REPOSITORY}/issues/${number}/comments`, { body });
    else await ask("PATCH", `/repos/${env.GITHUB_REPOSITORY}/issues/comments/${found.id}`, { body });
    process.stdout.write(found === undefined ? "commented\n" : "comment updated\n");
  } catch (error) {
    // The verdict does not hang on a comment; the summary of the job has the same text.
    const why =
      error.status === 403 || error.status === 404
        ? "the token may not write one (permission `pull-requests: write`)"
        : error.message;
    annotate("warning", `no comment was written: ${why}`);
    addToSummary(`> **No comment:** ${why}.`);
  }
}

await main();
