import { principalOf, readTags } from "@bellwether/core/records/tags";
import { describe, expect, it } from "vitest";

describe("readTags", () => {
  it("reads the nine tags and nothing else", () => {
    const tags = {
      app: "support-bot",
      env: "prod",
      user: "u1",
      session: "s1",
      promptVersion: "v3",
      variant: "canary",
      tenant: "acme",
      feature: "faq",
      traceId: "t1",
    };
    expect(readTags({ ...tags, project: "x" }, "role")).toEqual(tags);
  });

  it("defaults app to the principal, else to unknown", () => {
    expect(readTags(undefined, "role")).toEqual({ app: "role" });
    expect(readTags({ app: "" }, undefined)).toEqual({ app: "unknown" });
  });

  it.each(["", "  \t", 7, null, true, {}, ["x"], "x".repeat(257)])("drops the value %j", (value) => {
    expect(readTags({ app: value, user: value }, "role")).toEqual({ app: "role" });
  });

  it("keeps 256 characters and leading spaces; a lone surrogate becomes the replacement character", () => {
    const user = "x".repeat(256);
    expect(readTags({ user, tenant: " a", feature: "\ud800" }, "role")).toEqual({
      app: "role",
      user,
      tenant: " a",
      feature: "\ufffd",
    });
  });

  it("takes nothing from a polluted prototype", () => {
    const metadata = JSON.parse('{"__proto__":{"app":"evil","user":"evil"},"constructor":"x"}') as unknown;
    expect(readTags(metadata, "role")).toEqual({ app: "role" });
  });
});

describe("principalOf", () => {
  it.each([
    ["arn:aws:sts::111122223333:assumed-role/support-bot-role/i-0abc", "support-bot-role"],
    ["arn:aws:sts::111122223333:assumed-role/support-bot-role", "support-bot-role"],
    ["arn:aws:iam::111122223333:role/service/path/bot", "bot"],
    ["arn:aws:iam::111122223333:user/alice", "alice"],
    ["arn:aws:iam::111122223333:user/team/alice", "alice"],
    ["arn:aws:sts::111122223333:federated-user/bob", "bob"],
    ["arn:aws:iam::111122223333:root", undefined],
    ["arn:aws:sts::111122223333:assumed-role/", undefined],
    ["<arn>", undefined],
    ["", undefined],
  ])("%s", (arn, name) => {
    expect(principalOf(arn)).toBe(name);
  });
});
