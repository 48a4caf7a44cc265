import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { runStep } from "../support/action-step.ts";

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly type: string; readonly login: string };
}
const BOT = { type: "Bot", login: "github-actions[bot]" };
const MARKER = "<!-- bellwether-gate:suite.jsonl -->";
let stop: () => void = () => undefined;
afterEach(() => stop());

/** GitHub's comments of pull request 7, as far as the action asks for them. */
async function gitHub(
  comments: Comment[],
  { refuse = [] as number[], login = undefined as string | undefined } = {},
) {
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://x");
    const { method } = request;
    calls.push(`${method} ${url.pathname}${url.search}`);
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const given = method === "GET" ? undefined : ((await json(request)) as { body: string });
    if (request.headers.authorization !== "Bearer secret-token")
      return answer(401, { message: "Bad credentials" });
    if (url.pathname === "/user")
      return login === undefined
        ? answer(403, { message: "Resource not accessible by integration" })
        : answer(200, { login });
    const status = refuse.shift();
    if (status !== undefined) return answer(status, { message: "no" });
    if (method === "GET") {
      const page = Number(url.searchParams.get("page"));
      const size = Number(url.searchParams.get("per_page"));
      return answer(200, comments.slice((page - 1) * size, page * size));
    }
    if (method === "POST") {
      comments.push({ id: comments.length + 1, body: given?.body ?? "", user: BOT });
      return answer(201, {});
    }
    const found = comments.find(({ id }) => url.pathname === `/repos/us/repo/issues/comments/${id}`);
    if (found === undefined || given === undefined) return answer(404, { message: "Not Found" });
    found.body = given.body;
    return answer(200, {});
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  stop = () => server.close();
  return { calls, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const pull = (from = "us/repo") => ({
  pull_request: {
    number: 7,
    head: { sha: "abc123", repo: { full_name: from } },
    base: { repo: { full_name: "us/repo" } },
  },
});

function post(url: string, text: string, event: unknown = pull()) {
  const file = join(mkdtempSync(join(tmpdir(), "gate-comment-")), "comment.md");
  writeFileSync(file, `${MARKER}\n\n${text}\n`);
  const env = {
    INPUT_COMMENT: file,
    INPUT_ARTIFACT_URL: "https://github.example/artifact/1",
    GITHUB_TOKEN: "secret-token",
    GITHUB_API_URL: url,
    GITHUB_SERVER_URL: "https://github.example",
    GITHUB_REPOSITORY: "us/repo",
    GITHUB_RUN_ID: "42",
    GITHUB_EVENT_NAME: "pull_request",
    BELLWETHER_RETRY_MS: "1",
  };
  return runStep("comment.mjs", env, { event });
}

describe("the comment of the action", () => {
  it("is written once and updated in place, with links to run and results", async () => {
    const comments: Comment[] = [];
    const { url } = await gitHub(comments);
    expect(await post(url, "first")).toMatchObject({ code: 0, log: "commented\n" });
    expect(await post(url, "second")).toMatchObject({ code: 0, log: "comment updated\n" });
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toBe(
      `${MARKER}\n\nsecond\n\n[All results](https://github.example/artifact/1) · [Run](https://github.example/us/repo/actions/runs/42) of abc123\n`,
    );
  });

  it("is found beyond the first hundred, and never one of other people or of another suite", async () => {
    const theirs = Array.from({ length: 100 }, (_, i) => ({
      id: 1_000 + i,
      body: MARKER,
      user: { type: "User", login: "eve" },
    }));
    const another = { id: 1, body: "<!-- bellwether-gate:other.jsonl -->", user: BOT };
    const quoted = { id: 2, body: `> ${MARKER}`, user: BOT };
    const ours = { id: 3, body: `${MARKER}\nold`, user: BOT };
    const { url, calls } = await gitHub([...theirs, another, quoted, ours]);
    await post(url, "new");
    expect(calls).toContain("PATCH /repos/us/repo/issues/comments/3");
    expect([...theirs, another, quoted].every(({ body }) => !body.includes("new"))).toBe(true);
  });

  it("is that of the token's own user where the token has one", async () => {
    const bot = { id: 1, body: MARKER, user: BOT };
    const mine = { id: 2, body: MARKER, user: { type: "User", login: "release-team" } };
    const { url, calls } = await gitHub([bot, mine], { login: "release-team" });
    await post(url, "new");
    expect(calls).toContain("PATCH /repos/us/repo/issues/comments/2");
  });

  it("is tried again while the server is in trouble", async () => {
    const comments: Comment[] = [];
    const { url } = await gitHub(comments, { refuse: [502, 503] });
    expect(await post(url, "text")).toMatchObject({ code: 0, log: "commented\n" });
    expect(comments).toHaveLength(1);
  });

  it.each([
    ["may not write", [403], "the token may not write one (permission `pull-requests: write`)"],
    ["finds the server down", [500, 500, 500], "issues/7/comments?per_page=100&page=1: 500"],
  ])("that %s is named in the job's summary, and fails nothing", async (_, refuse, why) => {
    const comments: Comment[] = [];
    const { url } = await gitHub(comments, { refuse });
    const { code, summary, log } = await post(url, "text");
    expect(code).toBe(0);
    expect(summary).toContain("**No comment:**");
    expect(summary).toContain(why);
    expect(log).not.toContain("secret-token");
    expect(comments).toEqual([]);
  });

  it("is not tried from a fork or without a pull request", async () => {
    const { url, calls } = await gitHub([]);
    const fork = await post(url, "text", pull("them/repo"));
    expect(fork.summary).toContain("a pull request from a fork gets a token that cannot write one");
    expect((await post(url, "text", { schedule: "0 2 * * *" })).log).toContain("nothing to comment on");
    expect(calls).toEqual([]);
  });
});
