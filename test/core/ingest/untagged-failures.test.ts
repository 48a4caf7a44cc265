import { attributeFailures } from "@bellwether/core/ingest/untagged-failures";
import type { Invocation } from "@bellwether/core/records/invocation";
import { parseModelId } from "@bellwether/core/records/model";
import { describe, expect, it } from "vitest";

const draft = (invocation: Partial<Invocation>) => ({
  line: 1,
  position: 0,
  bodyHash: "hash",
  raw: Buffer.alloc(0),
  invocation: {
    requestId: "r",
    at: 0,
    operation: "Converse",
    model: parseModelId("amazon.nova-lite-v1:0"),
    region: "us-east-1",
    principal: "role",
    tags: { app: "role" },
    input: { kind: "absent" },
    output: { kind: "absent" },
    ...invocation,
  } satisfies Invocation,
});

function memory() {
  const apps = new Map<string, Set<string>>();
  return {
    learnApp: async (principal: string, app: string) =>
      void apps.set(principal, (apps.get(principal) ?? new Set()).add(app)),
    appsOf: async (principal: string) => [...(apps.get(principal) ?? [])],
  };
}

const tagged = (app: string, principal = "role") => draft({ principal, tags: { app } });
const failure = (rest: Partial<Invocation> = {}) => draft({ errorCode: "ThrottlingException", ...rest });

async function appsAfter(...drafts: ReturnType<typeof draft>[]) {
  const out = await attributeFailures(drafts, memory(), 0);
  return out.map(({ invocation }) => invocation.tags.app);
}

describe("untagged failed calls", () => {
  it("belong to the one app that their caller's tagged calls name, also when those come later in the object", async () => {
    expect(await appsAfter(tagged("shop"), failure())).toEqual(["shop", "shop"]);
    expect(await appsAfter(failure(), tagged("shop"))).toEqual(["shop", "shop"]);
  });

  it("stay with the caller's name when it serves several apps or none is known", async () => {
    expect(await appsAfter(tagged("shop"), tagged("bot"), failure())).toEqual(["shop", "bot", "role"]);
    expect(await appsAfter(tagged("shop", "other"), failure())).toEqual(["shop", "role"]);
  });

  it("keep their own tags where the record has some", async () => {
    expect(await appsAfter(tagged("shop"), failure({ tags: { app: "bot", variant: "v2" } }))).toEqual([
      "shop",
      "bot",
    ]);
    expect(await appsAfter(tagged("shop"), failure({ tags: { app: "role", variant: "v2" } }))).toEqual([
      "shop",
      "role",
    ]);
  });

  it("leave successful untagged calls alone", async () => {
    expect(await appsAfter(tagged("shop"), draft({}))).toEqual(["shop", "role"]);
  });
});
