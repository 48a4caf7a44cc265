import { personalItems } from "@bellwether/aws/personal-items";
import { castVote, claimNewUser, getRequest } from "@bellwether/aws/requests-table";
import { labelsOf, putLabel, putReviewTask, reviewTasks } from "@bellwether/aws/reviews-table";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTables } from "../support/local-tables.ts";

const AT = Date.parse("2026-11-01T12:00:00Z");
let tables: Awaited<ReturnType<typeof startTables>>;
beforeAll(async () => {
  tables = await startTables("requests", "reviews");
});
afterAll(() => tables.stop());

const vote = (user: string) => ({ at: AT, feedbackId: `f-${user}`, negative: true, user });

describe("a person's items", () => {
  it("takes back their vote and nobody else's, once", async () => {
    await castVote("r1", vote("bob"), AT);
    await castVote("r1", vote("ann"), AT);
    expect(await personalItems.withdrawVote("r1", "bob")).toBe(1);
    expect((await getRequest("r1"))?.votes.map(({ user }) => user)).toEqual(["ann"]);
    expect(await personalItems.withdrawVote("r1", "bob")).toBe(0);
    expect(await personalItems.withdrawVote("never-seen", "bob")).toBe(0);
    expect(await getRequest("never-seen")).toBeUndefined();
    // The vote's stamp is gone too: an earlier vote may be cast again.
    expect(await castVote("r1", { ...vote("bob"), at: AT - 1 }, AT)).toBeDefined();
  });

  it("deletes the request and the marker of the known user, once", async () => {
    await castVote("r2", vote("ann"), AT);
    expect(await personalItems.deleteRequest("r2")).toBe(1);
    expect(await getRequest("r2")).toBeUndefined();
    expect(await personalItems.deleteRequest("r2")).toBe(0);
    await claimNewUser("shop", "bob", "r2", AT);
    expect(await personalItems.deleteKnownUser("shop", "bob")).toBe(1);
    expect(await personalItems.deleteKnownUser("shop", "bob")).toBe(0);
    expect(await claimNewUser("shop", "bob", "r9", AT)).toBe("r9");
  });

  it("deletes tasks and labels of their requests only", async () => {
    for (const requestId of ["r3", "r4"]) {
      await putReviewTask(requestId, {
        requestId,
        app: "shop",
        variant: "v1",
        promptVersion: null,
        at: AT,
        reasons: ["sample"],
        rho: 0.1,
        order: 0.5,
        second: false,
        sourceKey: "a.gz",
        sourceLine: 1,
        interactionKey: null,
      });
      await putLabel("shop", { requestId, metric: "quality", reviewer: "carl", label: 1, at: AT });
    }
    expect(await personalItems.deleteReviews("shop", new Set(["r3"]))).toBe(2);
    expect((await reviewTasks("shop", AT)).map(({ requestId }) => requestId)).toEqual(["r4"]);
    expect((await labelsOf("shop")).map(({ requestId }) => requestId)).toEqual(["r4"]);
    expect(await personalItems.deleteReviews("shop", new Set(["r3"]))).toBe(0);
  });
});
