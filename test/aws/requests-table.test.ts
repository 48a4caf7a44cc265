import { castVote, claimRequest, getRequest, reviseDecision } from "@bellwether/aws/requests-table";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { knownRequest, SAMPLED_OUT } from "../core/requests/known-request.ts";
import { startTables } from "../support/local-tables.ts";

let tables: Awaited<ReturnType<typeof startTables>>;
beforeAll(async () => {
  tables = await startTables("requests");
});
afterAll(() => tables.stop());

const NOW = Date.parse("2026-10-06T08:00:00Z");
const vote = (feedbackId: string, at: number, negative: boolean, user = "ann") => ({
  feedbackId,
  at,
  negative,
  user,
});
const claim = (requestId: string) => ({
  requestId,
  source: "a.gz#1",
  bodyHash: "h",
  row: knownRequest().row,
  decision: SAMPLED_OUT,
});

describe("a negative vote", () => {
  it("is remembered with its time after it was taken back, in any order", async () => {
    const votes = [vote("f1", 10, true), vote("f2", 20, false), vote("f3", 30, true, "bob")];
    for (const [requestId, order] of [
      ["straight", votes],
      ["reversed", votes.toReversed()],
    ] as const) {
      for (const each of order) await castVote(requestId, each, NOW);
      for (const each of order) await castVote(requestId, each, NOW);
      const item = await getRequest(requestId);
      expect(item?.negativeAt).toEqual([10, 30]);
      expect(item?.votes.map(({ feedbackId }) => feedbackId).toSorted()).toEqual(["f2", "f3"]);
    }
  });

  it("that comes after a later vote gives the item as it stands, a positive one nothing", async () => {
    await castVote("late", vote("f9", 90, false), NOW);
    expect(await castVote("late", vote("f1", 10, false), NOW)).toBeUndefined();
    const item = await castVote("late", vote("f2", 20, true), NOW);
    expect(item).toMatchObject({ negativeAt: [20], votes: [{ feedbackId: "f9" }] });
  });

  it("is found by the record that comes later, and stays when the decision is revised", async () => {
    await castVote("early", vote("f1", 10, true), NOW);
    await castVote("early", vote("f2", 20, false), NOW);
    const claimed = await claimRequest(claim("early"), NOW);
    expect(claimed).toMatchObject({ kind: "claimed", item: { negativeAt: [10], rev: 1 } });
    const revised = await reviseDecision("early", 1, { ...SAMPLED_OUT, pi: 1 });
    expect(revised).toMatchObject({ negativeAt: [10], rev: 2, decision: { pi: 1, firstPi: 0.02 } });
  });

  it("is not there where all votes were in favour", async () => {
    await castVote("liked", vote("f1", 10, false), NOW);
    expect(await getRequest("liked")).not.toHaveProperty("negativeAt");
  });
});

describe("a record that Bedrock logged to two destinations", () => {
  const fromLogs = "cloudwatch/AWSLogs/1/BedrockModelInvocationLogs/us-east-1/2026/10/06/08/x.json.gz#1";

  it("is one request, whichever copy comes first and however the copies are written", async () => {
    for (const [requestId, first, second] of [
      ["logs-first", fromLogs, "a.gz#1"],
      ["s3-first", "a.gz#1", fromLogs],
    ] as const) {
      expect(await claimRequest({ ...claim(requestId), source: first }, NOW)).toMatchObject({
        kind: "claimed",
      });
      const copy = { ...claim(requestId), source: second, bodyHash: "written otherwise" };
      expect(await claimRequest(copy, NOW)).toEqual({ kind: "duplicate" });
      expect(await claimRequest({ ...claim(requestId), source: first }, NOW)).toMatchObject({
        kind: "claimed",
        item: { source: first },
      });
    }
  });

  it("stays a conflict where one destination holds two records under one id", async () => {
    await claimRequest({ ...claim("same-destination"), source: fromLogs }, NOW);
    const other = { ...claim("same-destination"), source: `${fromLogs}2`, bodyHash: "another" };
    expect(await claimRequest(other, NOW)).toEqual({ kind: "conflict" });
  });
});
