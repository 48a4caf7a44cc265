import { INLINE_BYTES } from "@bellwether/core/registry/content";
import { readAudit } from "@bellwether/core/registry/read";
import { type Definition, register } from "@bellwether/core/registry/register";
import { describe, expect, it } from "vitest";
import { ADA, definition, memoryRegistry, PROMPTS } from "./memory-registry.ts";

// The one-block example of FIPS 180-4, Appendix B.1 (SHA-256 of "abc").
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

describe("register", () => {
  it("keeps a candidate with the hash and the text of its content", async () => {
    const { deps, contents } = memoryRegistry();
    const registered = await register(definition("v1", "abc"), ADA, deps);
    expect(registered).toMatchObject({
      kind: "added",
      entry: {
        version: "v1",
        contentHash: ABC,
        status: "candidate",
        approval: null,
        previous: null,
        createdBy: "ada",
        createdAt: ADA.at,
        seq: 1,
      },
    });
    expect([...contents.values()]).toEqual(["abc"]);
    expect(await readAudit(PROMPTS, "v1", deps)).toEqual([
      {
        seq: 1,
        at: ADA.at,
        by: "ada",
        why: "because",
        change: "registered",
        from: null,
        to: "candidate",
        detail: `sha256 ${ABC}`,
      },
    ]);
  });

  it.each<[string, Partial<Definition>]>([
    ["itself", {}],
    ["a checkout with CRLF and a byte order mark", { text: "\ufeffline\r\nanother\r\n" }],
    ["parameters in another order", { parameters: { top: { q: 2, p: 1 }, temperature: 0.2 } }],
    ["a later time and another predecessor", { previous: "v0" }],
  ])("takes %s for the same version", async (_name, changed) => {
    const { deps } = memoryRegistry();
    await register(definition("v0"), ADA, deps);
    const first: Definition = {
      ...definition("v1", "line\nanother\n"),
      parameters: { temperature: 0.2, top: { p: 1, q: 2 } },
    };
    await register(first, ADA, deps);
    const again = await register({ ...first, ...changed }, { ...ADA, at: ADA.at + 1 }, deps);
    expect(again).toMatchObject({ kind: "unchanged", entry: { seq: 1, createdAt: ADA.at } });
    expect(await readAudit(PROMPTS, "v1", deps)).toHaveLength(1);
  });

  it.each<[string, Partial<Definition>, RegExp]>([
    [
      "another text",
      { text: "abd" },
      /^prompt v1 is registered with content ba7816bf8f01, not [0-9a-f]{12}; versions are immutable/,
    ],
    ["another model", { modelId: "m" }, /registered with model none, not m;/],
    ["another parameter", { parameters: { temperature: 1 } }, /registered with other parameters;/],
  ])("refuses %s under the same name", async (_name, changed, reason) => {
    const { deps, entries } = memoryRegistry();
    await register(definition("v1", "abc"), ADA, deps);
    const before = structuredClone([...entries.values()]);
    const again = await register({ ...definition("v1", "abc"), ...changed }, ADA, deps);
    expect(again).toMatchObject({ kind: "refused", reason: expect.stringMatching(reason) });
    expect([...entries.values()]).toEqual(before);
  });

  it.each<[string, Partial<Definition>, RegExp]>([
    ["empty content", { text: "" }, /empty/],
    ["a name over two lines", { version: "v\n1" }, /^version: has control characters$/],
    ["a name without an end", { version: "v".repeat(101) }, /^version: /],
    ["a model without a model id", { kind: "model" }, /needs a model id/],
    ["itself as predecessor", { previous: "v1" }, /cannot replace itself/],
    ["an unknown predecessor", { previous: "v0" }, /^bot has no prompt v0/],
    ["endless parameters", { parameters: { stop: "x".repeat(8_192) } }, /longer than 8192/],
    [
      "content that is too large",
      { text: "é".repeat(INLINE_BYTES / 2 + 1) },
      /has 65538 bytes, more than the 65536/,
    ],
  ])("refuses %s", async (_name, changed, reason) => {
    const { deps, entries } = memoryRegistry();
    const answer = await register({ ...definition("v1"), ...changed }, ADA, deps);
    expect(answer).toMatchObject({ kind: "refused", reason: expect.stringMatching(reason) });
    expect(entries.size).toBe(0);
  });

  it("keeps exactly 64 KiB, and of larger content the hash and the place", async () => {
    const { deps, contents } = memoryRegistry();
    const full = await register(definition("v1", "é".repeat(INLINE_BYTES / 2)), ADA, deps);
    expect(full.kind).toBe("added");
    const uri = "s3://prompts/v2.txt";
    const large = { ...definition("v2", "é".repeat(INLINE_BYTES)), uri };
    const answer = await register(large, ADA, deps);
    expect(answer).toMatchObject({ kind: "added", entry: { content: { where: "uri", uri } } });
    expect(contents.size).toBe(1);
  });
});
