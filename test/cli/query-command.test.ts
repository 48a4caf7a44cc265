import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@bellwether/cli/arguments";
import { run } from "@bellwether/cli/query-command";
import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordingIo } from "../support/recording-io.ts";
import { writeTemporaryLake } from "../support/temporary-lake.ts";

const AT = "2026-06-06T07:30:00.000Z";
let out: string;

beforeAll(() => {
  const lake = writeTemporaryLake({
    requests_log: [
      Array.from({ length: 2_500 }, (_, i) => ({
        request_id: `r-${i}`,
        at: AT,
        app: i % 2 ? "bot" : null,
        rev: 1,
        input_tokens: i,
        cost_usd: 0.25,
        cost_pico_usd: 250_000_000_000,
        outcome: "sampled_out",
        pi: 0.02,
        u: 0.5,
      })),
    ],
    feedback_log: [
      [{ feedback_id: "f", request_id: "r-1", kind: "comment", negative: false, at: AT, rev: 1 }],
    ],
  });
  out = mkdtempSync(join(tmpdir(), "out-"));
  renameSync(lake, join(out, "lake"));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

async function query(...args: string[]) {
  const io = recordingIo();
  const code = await run([...args, "--out", out], io);
  return { code, stdout: io.written.stdout, stderr: io.written.stderr };
}

async function json(...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await query(...args, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

describe("bellwether query --json", () => {
  it("keeps the types of the columns through Athena's text", async () => {
    expect(
      await json(`select count(*) as n, sum(cost_usd) as usd, max(app) as app, max(error_code) as nothing,
        bool_or(app = 'bot') as yes, array_agg(input_tokens order by input_tokens) filter (where input_tokens < 3) as tokens,
        array_agg(request_id order by request_id) filter (where input_tokens < 2) as ids, sum(cost_pico_usd) * 1000000 as beyond,
        cast('NaN' as double) as nan from requests`),
    ).toEqual({
      columns: ["n", "usd", "app", "nothing", "yes", "tokens", "ids", "beyond", "nan"],
      rows: [
        {
          n: 2500,
          usd: 625,
          app: "bot",
          nothing: null,
          yes: true,
          tokens: [0, 1, 2],
          ids: ["r-0", "r-1"],
          beyond: "625000000000000000000",
          nan: "NaN",
        },
      ],
    });
    expect(await json("select negative from feedback")).toEqual({
      columns: ["negative"],
      rows: [{ negative: false }],
    });
  });

  it("reads every page of the results", async () => {
    const { rows } = (await json("select input_tokens as t from requests order by t")) as {
      rows: { t: number }[];
    };
    expect(rows.map(({ t }) => t)).toEqual(Array.from({ length: 2_500 }, (_, i) => i));
  });

  it("answers without rows, and with a name twice", async () => {
    expect(await json("select app from requests where at < '2000'")).toEqual({ columns: ["app"], rows: [] });
    expect(await json("select 1 as a, 2 as a")).toEqual({ columns: ["a", "a_2"], rows: [{ a: 1, a_2: 2 }] });
  });

  it("runs a saved query with its parameter", async () => {
    expect(await json("--saved", "why-not-evaluated", "--param", "request_id=r-7")).toMatchObject({
      rows: [{ request_id: "r-7", u: 0.5, pi: 0.02, explanation: "eligible, not drawn: u is not below pi" }],
    });
  });

  it("lists the saved queries", async () => {
    const { rows } = (await json("--list")) as { rows: { name: string; parameters: string[] }[] };
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(SAVED_QUERIES));
    expect(rows.find(({ name }) => name === "why-not-evaluated")?.parameters).toEqual(["request_id"]);
  });
});

describe("bellwether query", () => {
  it("prints an aligned table", async () => {
    const { code, stdout } = await query(
      "select app, count(*) as n, 1/3e0 as third from requests group by app order by app",
    );
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        "app     n     third",
        "───  ────  ────────",
        "bot  1250  0.333333",
        "–    1250  0.333333",
        "2 rows",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["select no_such from requests", /no_such/],
    ["select * from nowhere", /nowhere/],
    ["drop view requests", /read-only/],
    ["select 1; select 2", /one statement/],
  ])("says in one line why %s fails, exit code 1", async (sql, reason) => {
    const { code, stdout, stderr } = await query(sql, "--json");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^bellwether: [^\n]+\n$/);
    expect(stderr).toMatch(reason);
    expect(stderr).not.toContain("LINE 1");
  });

  it.each<[string, string[], RegExp]>([
    ["no SQL", [], /no SQL/],
    ["blank SQL", [" "], /no SQL/],
    ["unquoted SQL", ["select", "1"], /quotes/],
    ["SQL and a saved query", ["select 1", "--saved", "rollbacks"], /not both/],
    [
      "an unknown saved query",
      ["--saved", "toString"],
      /no saved query toString; there are why-not-evaluated, .*rollbacks/,
    ],
    [
      "a missing parameter",
      ["--saved", "why-not-evaluated"],
      /parameter request_id is missing; give it as --param/,
    ],
    ["an unknown parameter", ["--saved", "rollbacks", "--param", "a=b"], /no parameter a/],
    ["a parameter without a value", ["--saved", "why-not-evaluated", "--param", "x"], /not NAME=VALUE/],
    ["a parameter without a saved query", ["select 1", "--param", "a=b"], /--param belongs/],
    ["an unknown option", ["select 1", "--frobnicate"], /--frobnicate/],
  ])("refuses %s", async (_, args, reason) => {
    await expect(query(...args)).rejects.toThrow(UsageError);
    await expect(query(...args)).rejects.toThrow(reason);
  });

  it("refuses a folder without a lake, and no folder", async () => {
    const io = recordingIo();
    const empty = mkdtempSync(join(tmpdir(), "no-lake-"));
    await expect(run(["select 1", "--out", empty], io)).rejects.toThrow(`no lake at ${join(empty, "lake")}`);
    await expect(run(["select 1"], io)).rejects.toThrow("--out DIR is missing");
    await expect(run(["select 1", "--out"], io)).rejects.toThrow(/--out/);
    rmSync(empty, { recursive: true });
  });

  it("fails on a damaged lake instead of showing less", async () => {
    const damaged = mkdtempSync(join(tmpdir(), "damaged-"));
    const folder = join(damaged, "lake/requests_log/dt=2026-06-06/hour=07");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "part.parquet"), "not parquet at all");
    await expect(run(["select 1", "--out", damaged], recordingIo())).rejects.toThrow(/part\.parquet/);
    rmSync(damaged, { recursive: true });
  });
});
