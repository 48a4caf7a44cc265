import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { main } from "@bellwether/cli/main";
import type { SamplingPreview } from "@bellwether/cli/sampling/document";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Chat, chatRecord, DAY_MS, failedChat, line, zipped } from "../support/chat-record.ts";
import { recordingIo } from "../support/recording-io.ts";
import { temporaryFolder } from "../support/run-bellwether.ts";

const HOUR_MS = 3_600_000;
const folder = temporaryFolder("sampling");
const logs = join(folder.dir, "logs");

function write(name: string, content: string | Buffer): string {
  const file = join(folder.dir, name);
  writeFileSync(file, content);
  return file;
}
const json = (name: string, value: unknown): string => write(name, JSON.stringify(value));

/** One request every four minutes for two days: 720, from 48 users, every tenth slow, objects of one hour. */
const REQUESTS = 720;
const STEP_MS = 4 * 60_000;
const chats: readonly Chat[] = Array.from({ length: REQUESTS }, (_, i) => ({
  id: `r-${i}`,
  at: DAY_MS + i * STEP_MS,
  user: `u-${i % 48}`,
}));

beforeAll(() => {
  mkdirSync(logs);
  for (let hour = 0; hour < 48; hour++) {
    const lines = chats
      .filter(({ at }) => Math.floor((at - DAY_MS) / HOUR_MS) === hour)
      .map((chat) => line(chatRecord(chat)));
    if (hour === 3) lines.push(line(failedChat("failed", DAY_MS + 3 * HOUR_MS)), "no json", "");
    const stamp = new Date(DAY_MS + (hour + 1) * HOUR_MS + 300_000).toISOString().replace(/[-:]|\.\d+/g, "");
    writeFileSync(join(logs, `${stamp}_x.json.gz`), zipped(...lines));
  }
});
afterAll(() => folder.remove());

async function bellwether(...args: string[]) {
  const io = recordingIo();
  const code = await main(["sampling", ...args], io);
  return { code, ...io.written };
}

async function previewOf(config: unknown, ...more: string[]): Promise<SamplingPreview> {
  const file = json("config.json", config);
  const { code, stdout, stderr } = await bellwether(
    "preview",
    ...["--logs", logs, "--config", file, "--json"],
    ...more,
  );
  if (code !== 0) throw new Error(stderr);
  expect(stdout.endsWith("}\n")).toBe(true);
  return JSON.parse(stdout) as SamplingPreview;
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, n) => total + n, 0);

describe("sampling preview", () => {
  it("counts lines, filtered requests and what each rule would judge", async () => {
    const { records, requests, presets, span } = await previewOf({ sampling: { baseRate: 0.1 } });
    expect(records).toEqual({ read: 723, kept: 721, quarantined: 1, duplicate: 0, ignored: 1 });
    expect(requests).toEqual({ eligible: REQUESTS, filtered: { failed_call: 1 } });
    expect(span).toEqual({
      from: "2026-10-06T00:00:00Z",
      to: "2026-10-07T23:56:00Z",
      days: ((REQUESTS - 1) * STEP_MS) / 86_400_000,
    });
    const { fixed } = presets;
    expect(fixed.byReason.new_user).toBe(48);
    expect(sum(fixed.byReason)).toBe(fixed.selected);
    expect(sum(fixed.byPriority)).toBe(fixed.selected);
    expect(fixed.overBudget).toBe(0);
    expect(fixed.share).toBe(fixed.selected / REQUESTS);
    expect(fixed.selectedPerWeek).toBeCloseTo((fixed.selected * 7) / (span?.days ?? 0), 9);
  });

  it("prices what the judge reads and writes, and sums it by hour, day and week", async () => {
    const usage = { inputTokens: 1_000, outputTokens: 100 };
    const only = join(folder.dir, "one");
    mkdirSync(only);
    const record = (id: string, at: number) =>
      line(
        chatRecord({
          id,
          at,
          overrides: {
            input: {
              inputBodyJson: { messages: [{ role: "user", content: [{ text: "Why?" }] }] },
              inputTokenCount: usage.inputTokens,
            },
            output: {
              outputBodyJson: { output: { message: { role: "assistant", content: [{ text: "So." }] } } },
              outputTokenCount: usage.outputTokens,
            },
          },
        }),
      );
    const at = DAY_MS + 5 * HOUR_MS;
    writeFileSync(
      join(only, "20261006T080000Z_x.json"),
      [record("a", at), record("b", at + 60_000)].join("\n"),
    );
    const config = json("all.json", { sampling: { baseRate: 1 } });
    const { stdout } = await bellwether("preview", "--logs", only, "--config", config, "--json");
    const { presets, judge, notes } = JSON.parse(stdout) as SamplingPreview;
    // Claude Haiku 4.5, geographic profile: $1.10 and $5.50 per million tokens.
    const each = ((judge.overheadTokens + 1_100) * 1.1 + judge.outputTokens * 5.5) / 1e6;
    expect(presets.fixed.spend?.usdPerRequest).toBeCloseTo(each, 12);
    expect(presets.fixed.spend?.usd).toBeCloseTo(2 * each, 12);
    expect(presets.fixed.spend?.usdPerWeek).toBeCloseTo(2 * each * 7 * 24 * 60, 9);
    expect(presets.fixed.spend?.worstHour).toEqual({
      from: "2026-10-06T05:00:00Z",
      usd: presets.fixed.spend?.usd,
    });
    expect(presets.fixed.spend?.worstDay?.from).toBe("2026-10-06T00:00:00Z");
    expect(presets.fixed.halfWidth).toBeNull();
    expect(notes.join(" ")).toContain("a week is a rough guess");
    // Rubric and schema are of thousands of characters, a quarter of them tokens.
    expect(judge.overheadTokens).toBeGreaterThan(1_000);
    expect(judge.overheadTokens).toBeLessThan(4_000);
  });

  it("gives every request weight 1 when all are judged, and the half-width that follows", async () => {
    const { presets, assumedSd } = await previewOf({ sampling: { baseRate: 1 } });
    expect(presets.fixed).toMatchObject({ selected: REQUESTS, nEff: REQUESTS, effectivePerJudged: 1 });
    // t at 719 degrees of freedom, p = .975: 1.96326 (R: qt(.975, 719)).
    expect(presets.fixed.halfWidth).toBeCloseTo((1.96326 * assumedSd) / Math.sqrt(REQUESTS), 6);
  });

  it("judges less on a smaller budget, keeps near it, and leaves `fixed` alone", async () => {
    const at = async (usdPerDay: number) =>
      (await previewOf({ sampling: { preset: "budgeted", baseRate: 0.5, budget: { usdPerDay } } })).presets;
    const [small, large] = [await at(0.2), await at(0.6)];
    expect(small.fixed).toEqual(large.fixed);
    expect(small.budgeted?.selected).toBeLessThan((large.budgeted?.selected ?? 0) * 0.6);
    expect(small.budgeted?.overBudget).toBeGreaterThan(large.budgeted?.overBudget ?? 0);
    for (const [presets, usd] of [
      [small, 0.2],
      [large, 0.6],
    ] as const) {
      const spent = presets.budgeted?.spend?.usd ?? 0;
      expect(spent / (2 * usd)).toBeGreaterThan(0.6);
      expect(spent / (2 * usd)).toBeLessThan(1.4);
    }
    expect(large.budgeted?.effectivePerJudged).toBeGreaterThan(0.8);
  });

  it("shows both presets to people, the configured one marked, and progress on stderr", async () => {
    const config = json("budgeted.json", { sampling: { preset: "budgeted" } });
    const { code, stdout, stderr } = await bellwether("preview", "--logs", logs, "--config", config);
    expect(code).toBe(0);
    expect(stdout).toMatch(/fixed +budgeted \(configured\)/);
    expect(stdout).toContain("720 eligible; filtered: 1 failed_call");
    expect(stdout).toMatch(/by new_user +48/);
    expect(stdout).toContain("Without --feedback nothing is judged for a negative vote.");
    expect(stderr).toMatch(/^sampling preview \d+ %/);
  });

  it("shows no money for a judge without a price, and no budget", async () => {
    const config = { judge: { modelId: "acme.judge-v1" } };
    const { presets, judge, notes } = await previewOf(config);
    expect(judge).toMatchObject({ modelId: "acme.judge-v1", priced: false });
    expect(presets.budgeted).toBeNull();
    expect(presets.fixed.spend).toBeNull();
    expect(presets.fixed.selected).toBeGreaterThan(0);
    expect(notes.filter((note) => note.includes("acme.judge-v1"))).toHaveLength(1);

    const file = json("unpriced.json", { ...config, sampling: { preset: "budgeted" } });
    const { code, stdout, stderr } = await bellwether("preview", "--logs", logs, "--config", file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(
      "bellwether: no price is known for the judge acme.judge-v1: a budget cannot be obeyed\n",
    );
  });

  it("reads offloaded answers of the folder, and none of another bucket", async () => {
    const offloaded = join(folder.dir, "offloaded");
    mkdirSync(join(offloaded, "data"), { recursive: true });
    const body = { output: { message: { role: "assistant", content: [{ text: "So." }] } } };
    writeFileSync(join(offloaded, "data", "a_output.json.gz"), gzipSync(JSON.stringify(body)));
    const lines = ["ours/data/a", "ours/data/lost", "theirs/data/a"].map((path, i) =>
      line(
        chatRecord({
          id: `o-${i}`,
          at: DAY_MS + i,
          overrides: { output: { outputBodyS3Path: `s3://${path}_output.json.gz` } },
        }),
      ),
    );
    writeFileSync(join(offloaded, "20261006T080000Z_x.json"), lines.join("\n"));
    const { stdout } = await bellwether("preview", "--logs", offloaded, "--json");
    expect((JSON.parse(stdout) as SamplingPreview).requests).toEqual({
      eligible: 1,
      filtered: { body_foreign_bucket: 1, body_missing: 1 },
    });
  });

  it("says so when no request could be read", async () => {
    const empty = join(folder.dir, "unreadable");
    mkdirSync(empty);
    writeFileSync(join(empty, "20261006T080000Z_x.json"), "nothing here\n");
    const { code, stdout } = await bellwether("preview", "--logs", empty, "--json");
    const { span, presets, notes } = JSON.parse(stdout) as SamplingPreview;
    expect({ code, span }).toEqual({ code: 0, span: null });
    expect(presets.fixed).toMatchObject({ selected: 0, share: null, selectedPerWeek: null, halfWidth: null });
    expect(notes[0]).toContain("nothing to project");
  });
});

describe("bad usage", () => {
  const noLogs = join(folder.dir, "no-logs");
  beforeAll(() => {
    mkdirSync(noLogs);
    json("typo.json", { sampling: { baseRates: 1 } });
  });
  it.each([
    [[], "sub-command preview"],
    [["previews"], 'not "previews"'],
    [["preview"], "--logs DIR is missing"],
    [["preview", "more", "--logs", logs], 'unexpected "more"'],
    [["preview", "--logs", join(folder.dir, "nowhere")], "does not exist"],
    [["preview", "--logs", noLogs], "holds no log files"],
    [["preview", "--logs", logs, "--config", join(folder.dir, "typo.json")], "baseRates"],
    [["preview", "--logs", logs, "--feedback", join(folder.dir, "nowhere")], "cannot be read"],
    [["preview", "--logs", logs, "--out", "x"], "Unknown option '--out'"],
  ])("%j is refused with one line", async (args, reason) => {
    const { code, stdout, stderr } = await bellwether(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^bellwether: [^\n]+\n$/);
    expect(stderr).toContain(reason);
  });
});
