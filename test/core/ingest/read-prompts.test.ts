import { parseConfig } from "@bellwether/core/config/config";
import { encodeProfile, type StoredProfile } from "@bellwether/core/windows/profile-codec";
import { describe, expect, it } from "vitest";
import { deliver, depsOf, emptyWorld, itemsOf, rowsOf, type World } from "./memory-world.ts";
import { recordLine } from "./record-line.ts";

const KEY = "AWSLogs/a.json.gz";
const LINES = Array.from({ length: 200 }, (_, i) => recordLine(`r${i}`));

async function delivered(drift: Readonly<Record<string, unknown>>, deps = {}): Promise<World> {
  const world = emptyWorld();
  world.objects.set(KEY, LINES.join("\n"));
  await deliver(world, KEY, { ...depsOf(world), ...deps }, parseConfig({ apps: ["shop"], drift }));
  return world;
}

/** Profile of the only segment. */
function profileIn(world: World): StoredProfile {
  const profiles = itemsOf(world).flatMap((item) =>
    item.kind === "count" && item.profile !== undefined ? [item.profile] : [],
  );
  expect(profiles).toHaveLength(1);
  return profiles[0] === undefined ? {} : encodeProfile(profiles[0]);
}

describe("ingest", () => {
  it("reads the questions of the uniform share, and of drawn requests for their topic only", async () => {
    const world = await delivered({ promptShare: 0.25 });
    const rows = rowsOf(world, "requests_log");
    const inShare = rows.filter(({ u }) => Number(u) < 0.25).map(({ request_id: id }) => id);
    const read = rows.filter(({ language }) => language === "en").map(({ request_id: id }) => id);
    // Every drawn request has a u below its pi.
    const drawn = rows.filter(({ u, pi }) => Number(u) < Number(pi)).map(({ request_id: id }) => id);
    expect(new Set(read)).toEqual(new Set([...inShare, ...drawn]));
    expect(profileIn(world).e?.[0]).toBe(inShare.length);
    expect(profileIn(world).c?.language).toEqual({ en: inShare.length });
  });

  it("reads none with a share of 0, except for the judge", async () => {
    const world = await delivered({ promptShare: 0 });
    expect(profileIn(world).e).toBeUndefined();
  });

  it("keeps the language of a question that the embedding model did not answer for", async () => {
    const world = emptyWorld();
    world.objects.set(KEY, LINES.join("\n"));
    const config = parseConfig({ apps: ["shop"], drift: { embedding: "titan", promptShare: 1 } });
    let asked = 0;
    const embedText = async () => {
      asked += 1;
      return asked % 2 === 0 ? undefined : Array.from({ length: 256 }, (_, i) => (i === asked % 256 ? 1 : 0));
    };
    const report = await deliver(world, KEY, { ...depsOf(world), embedText }, config);
    expect(report.embeddingsFailed).toBe(100);
    expect(profileIn(world).e?.[0]).toBe(100);
    expect(profileIn(world).c?.language).toEqual({ en: 200 });
  });

  it("counts nothing of its own calls of the embedding model", async () => {
    const world = emptyWorld();
    const own = recordLine("own", {
      identity: { arn: "arn:aws:sts::111122223333:assumed-role/bw-ingest/session" },
      modelId: "amazon.titan-embed-text-v2:0",
      operation: "InvokeModel",
      requestMetadata: {},
    });
    world.objects.set(KEY, own);
    const drift = { embedding: "titan", roleArn: "arn:aws:iam::111122223333:role/bw-ingest" };
    await deliver(world, KEY, depsOf(world), parseConfig({ apps: ["shop"], drift }));
    expect(rowsOf(world, "requests_log")).toMatchObject([
      { outcome: "filtered", outcome_reason: "loop_guard" },
    ]);
    expect(itemsOf(world)).toEqual([]);
  });
});
