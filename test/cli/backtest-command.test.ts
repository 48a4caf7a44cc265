import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { UsageError } from "@bellwether/cli/arguments";
import { run } from "@bellwether/cli/backtest-command";
import { driftApp } from "@bellwether/core/drift/drift-tick";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, depsOf, newWorld, STAGE, START } from "../core/drift/drifting-app.ts";
import { recordingIo } from "../support/recording-io.ts";

const HOUR = 3_600_000;
const ONSET = START + 3 * DAY + 12 * HOUR;
const stage = { ...STAGE, warmUpDays: 3 };

let out: string;
let live: readonly string[];

beforeAll(async () => {
  const world = newWorld((at) => (at >= ONSET ? { tokens: 1.6 } : {}));
  const deps = depsOf(world);
  for (let day = 1; day <= 4; day++) await driftApp("bot", START + day * DAY + stage.lagMs, stage, deps);
  live = world.notices.flatMap(({ incident }) => (incident?.state === "open" ? incident.key : []));
  out = mkdtempSync(join(tmpdir(), "backtest-"));
  for (const [key, text] of world.documents) {
    const file = join(out, "lake", key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
});
afterAll(() => rmSync(out, { recursive: true }));

async function backtest(...args: string[]) {
  const io = recordingIo();
  const code = await run([...args, "--out", out], io);
  return { code, text: io.written.stdout };
}

interface Document {
  readonly incidents: readonly {
    readonly id: string;
    readonly openedAt: string;
    readonly series: readonly { readonly change: string }[];
  }[];
  readonly kinds: readonly {
    readonly kind: string;
    readonly watchedDays: number;
    readonly daysLeft: number | null;
  }[];
}

const document = async (...args: string[]): Promise<Document> =>
  JSON.parse((await backtest("--json", ...args)).text) as Document;

describe("bellwether backtest", () => {
  it("finds the incidents that paged when it runs with the settings that were in force", async () => {
    const { incidents } = await document("--warm-up-days", "3");
    expect(live.length).toBeGreaterThan(0);
    expect(incidents.map(({ id }) => id).sort()).toEqual([...live].sort());
  });

  it("says of a longer warm-up how many days are left, and finds nothing", async () => {
    const { incidents, kinds } = await document();
    expect(incidents).toEqual([]);
    // Nobody judged, so there is no day of quality within topics.
    expect(kinds.map(({ kind, watchedDays, daysLeft }) => [kind, watchedDays, daysLeft])).toEqual([
      ["data", 0, 11],
      ["concept", 0, 14],
      ["performance", 0, 11],
      ["usage", 0, 11],
    ]);
    expect((await backtest()).text).toContain("learning, 11 days left");
  });

  it("rings later when fewer false pages are allowed, and watches one detector when asked", async () => {
    const often = await document(
      "--warm-up-days",
      "3",
      "--detector",
      "input_tokens",
      "--false-pages-per-week",
      "1",
    );
    const seldom = await document(
      "--warm-up-days",
      "3",
      "--detector",
      "input_tokens",
      "--false-pages-per-week",
      "0.001",
    );
    expect(often.kinds.map(({ kind }) => kind)).toEqual(["data"]);
    expect(often.incidents[0]?.series[0]?.change).toMatch(/^\d+ → \d+ tokens \(\+\d/);
    expect(Date.parse(seldom.incidents[0]?.openedAt ?? "")).toBeGreaterThan(
      Date.parse(often.incidents[0]?.openedAt ?? ""),
    );
  });

  it.each([
    [["--detector", "tokens"], "--detector tokens does not exist"],
    [["--from", "yesterday"], "--from yesterday is no date"],
    [["--from", "2026-08-05", "--to", "2026-08-04"], "--to is not after --from"],
    [["--app", "shop"], "--app shop is unknown; there are bot"],
    [["--false-pages-per-week", "0"], "--false-pages-per-week is a number from"],
  ])("answers %j with one line", async (args, message) => {
    const failure = await backtest(...args).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(UsageError);
    expect((failure as UsageError).message).toContain(message);
  });
});
