import { countProblems } from "@bellwether/client/problems";
import { requestMetadata, type Tags } from "@bellwether/client/tags";
import { readTags } from "@bellwether/core/records/tags";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** What Bedrock accepts: at most 16 entries of 1–256 of these characters. */
const ACCEPTED = /^[a-zA-Z0-9\s:_@$#=/+,.-]{1,256}$/;

function make(tags: Tags, others: Record<string, string> = {}) {
  const problems = countProblems(undefined);
  return { metadata: requestMetadata(tags, others, problems.report), problems: problems.counts() };
}

const text = fc.oneof(fc.string(), fc.string({ unit: "binary", maxLength: 400 }), fc.constant(" "));
const names = ["app", "env", "user", "session", "promptVersion", "variant", "tenant", "feature", "traceId"];

describe("requestMetadata", () => {
  it("sends what fits as it is, under the names that the pipeline reads", () => {
    const tags: Tags = {
      app: "shop",
      env: "prod",
      user: "user_17@example",
      session: "s:1/2",
      promptVersion: "p7",
      variant: "v1.2",
      tenant: "acme, inc",
      feature: "search",
      traceId: "1-5f84c7a1-e7d1852d",
    };
    const { metadata, problems } = make(tags);
    expect(metadata).toEqual(tags);
    expect(readTags(metadata, undefined)).toEqual(tags);
    expect(problems).toEqual({});
  });

  it("hashes identities that do not fit, equal ones equally, and drops names that do not", () => {
    const long = "x".repeat(257);
    const { metadata, problems } = make({ user: "Zoë", session: long, variant: "v1;drop", feature: "ünï" });
    expect(metadata).toEqual({
      // `printf Zoë | sha256sum`, its first 40 digits.
      user: "sha256-c6a12698582fc1104ea24107a2d7268145ff06ef",
      session: expect.stringMatching(/^sha256-[0-9a-f]{40}$/),
    });
    expect(metadata.user).not.toBe(make({ user: "Zoe" }).metadata.user);
    expect(problems).toEqual({ tag_hashed: 2, tag_dropped: 2 });
  });

  it("leaves blank values out without a problem", () => {
    expect(make({ app: "shop", user: "", session: " ", tenant: undefined })).toEqual({
      metadata: { app: "shop" },
      problems: {},
    });
  });

  it("adds the app's own entries while there is room, never over ours", () => {
    const others = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`own${n}`, String(n)]));
    const { metadata, problems } = make(
      { app: "shop", user: "u" },
      { user: "other", "bad;key": "x", ...others },
    );
    expect(metadata).toMatchObject({ app: "shop", user: "u", own0: "0", own13: "13" });
    expect(Object.keys(metadata)).toHaveLength(16);
    expect(problems).toEqual({ tag_dropped: 7 });
  });

  it("drops values that are no text instead of throwing", () => {
    const { metadata, problems } = make({
      user: 42 as unknown as string,
      feature: null as unknown as string,
    });
    expect(metadata).toEqual({});
    expect(problems).toEqual({ tag_dropped: 2 });
  });

  it("keeps an entry under a name that objects treat specially", () => {
    const { metadata } = make({}, JSON.parse('{"__proto__": "x"}') as Record<string, string>);
    expect(Object.entries(metadata)).toEqual([["__proto__", "x"]]);
  });

  it("is accepted by Bedrock whatever the app puts in, and every entry kept or counted", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...names), text),
        fc.dictionary(text, text, { maxKeys: 20 }),
        (tags, others) => {
          const { metadata, problems } = make(tags, others);
          const entries = Object.entries(metadata);
          expect(entries.length).toBeLessThanOrEqual(16);
          for (const entry of entries) for (const part of entry) expect(part).toMatch(ACCEPTED);
          const given = new Map([...Object.entries(others), ...Object.entries(tags)]);
          const blank = [...given.values()].filter((value) => value.trim() === "").length;
          expect(entries.length + (problems.tag_dropped ?? 0)).toBeGreaterThanOrEqual(given.size - blank);
        },
      ),
    );
  });
});
