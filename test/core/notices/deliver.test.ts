import { type Channel, type ChannelName, deliver, type Marks } from "@bellwether/core/notices/deliver";
import { describe, expect, it } from "vitest";
import { notice } from "./notices.ts";

function memory(...sent: ChannelName[]): Marks & { readonly marks: Set<string> } {
  const marks = new Set<string>(sent);
  return { marks, sentTo: async () => new Set(marks), markSent: async (_key, name) => void marks.add(name) };
}

/** Channels that write down who was called; a value instead of an outcome is thrown. */
function channels(outcomes: Partial<Record<ChannelName, "sent" | "not_addressed" | Error>>) {
  const called: string[] = [];
  const list = Object.entries(outcomes).map(
    ([name, outcome]): Channel => ({
      name: name as ChannelName,
      send: async () => {
        called.push(name);
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    }),
  );
  return { called, list };
}

describe("a delivery", () => {
  it("goes to every channel and remembers those that took it", async () => {
    const { called, list } = channels({ sns: "sent", ops_items: "not_addressed", slack: "sent" });
    const state = memory();
    expect(await deliver(notice(), list, state)).toEqual([
      { channel: "sns", outcome: "sent" },
      { channel: "ops_items", outcome: "not_addressed" },
      { channel: "slack", outcome: "sent" },
    ]);
    expect(called).toEqual(["sns", "ops_items", "slack"]);
    expect([...state.marks]).toEqual(["sns", "slack"]);
  });

  it("is not stopped by a channel that fails, not even by the first", async () => {
    const { list } = channels({ sns: new TypeError("gone"), slack: new Error("full"), pager_duty: "sent" });
    const state = memory();
    expect(await deliver(notice(), list, state)).toEqual([
      { channel: "sns", outcome: "failed", reason: "TypeError: gone" },
      { channel: "slack", outcome: "failed", reason: "Error: full" },
      { channel: "pager_duty", outcome: "sent" },
    ]);
    expect([...state.marks]).toEqual(["pager_duty"]);
  });

  it("repeated reaches only those that do not have it", async () => {
    const { called, list } = channels({ sns: "sent", slack: "sent", pager_duty: "sent" });
    const again = await deliver(notice(), list, memory("sns", "pager_duty"));
    expect(again.map(({ outcome }) => outcome)).toEqual(["sent_before", "sent", "sent_before"]);
    expect(called).toEqual(["slack"]);
  });

  it("waits for the first channel before it tries the others", async () => {
    const order: string[] = [];
    const first: Channel = {
      name: "sns",
      send: async () => {
        await Promise.resolve();
        order.push("sns done");
        return "sent";
      },
    };
    const second: Channel = {
      name: "slack",
      send: async () => {
        order.push("slack begun");
        return "sent";
      },
    };
    await deliver(notice(), [first, second], memory());
    expect(order).toEqual(["sns done", "slack begun"]);
  });

  it("that cannot be remembered counts as failed, so that it is tried again", async () => {
    const { list } = channels({ sns: "sent" });
    const forgetful: Marks = {
      sentTo: async () => new Set(),
      markSent: () => Promise.reject(new Error("table is gone")),
    };
    expect(await deliver(notice(), list, forgetful)).toMatchObject([{ outcome: "failed" }]);
  });

  it("sends nothing while it is unknown what was sent", async () => {
    const { called, list } = channels({ sns: "sent" });
    const blind: Marks = { ...memory(), sentTo: () => Promise.reject(new Error("table is gone")) };
    await expect(deliver(notice(), list, blind)).rejects.toThrow("table is gone");
    expect(called).toEqual([]);
  });
});
