import { LAKE_TABLES, type LakeRow, type LakeTable } from "@bellwether/core/lake/tables";
import { LAKE_VIEWS } from "@bellwether/core/lake/views";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openTemporaryLake } from "../../support/temporary-lake.ts";

const AT = "2026-06-06T07:30:00.000Z";

/** The columns that other systems query, in order. */
const CONTRACT: Readonly<Record<string, string>> = {
  requests:
    "request_id, at, app, variant, prompt_version, user_id, session_id, tenant, feature, model_id, operation, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, latency_ms, ttft_ms, error_code, pi, u, rules, deciding_rule, priority, outcome, rev, source_key, source_line",
  evaluations: "request_id, metric, status, score, reason, judge_model, judge_version, cost_usd, pi, at",
  feedback: "feedback_id, request_id, kind, value, at",
  quarantine: "source_key, source_line, reason",
};

describe("views", () => {
  it("cover every table once, with all its columns", () => {
    expect(LAKE_VIEWS.map(({ table }) => table).toSorted()).toEqual(Object.keys(LAKE_TABLES).toSorted());
    for (const { table, columns } of LAKE_VIEWS) {
      const names = [...LAKE_TABLES[table].columns.map(({ name }) => name), "dt", "hour"];
      expect(columns.toSorted(), table).toEqual(names.toSorted());
    }
  });

  it.each(Object.entries(CONTRACT))("%s begins with the promised columns", (name, columns) => {
    const view = LAKE_VIEWS.find((candidate) => candidate.name === name);
    expect(view?.columns.slice(0, columns.split(", ").length).join(", ")).toBe(columns);
  });

  it("show the highest revision of a key, wherever its row lies and whatever it forgets", async () => {
    const lake = await openTemporaryLake({
      requests_log: [
        [
          { request_id: "a", at: AT, rev: 2, outcome: "judged", pi: 1 },
          { request_id: "b", at: AT, rev: 1, outcome: "queued" },
        ],
        [
          {
            request_id: "a",
            at: "2026-06-08T00:00:00.000Z",
            rev: 1,
            outcome: "sampled_out",
            pi: 0.02,
            app: "x",
          },
        ],
        [{ request_id: "b", at: AT, rev: 10, outcome: null }],
        [{ request_id: "b", at: AT, outcome: "judged" }],
      ],
      evaluations_log: [
        [
          { request_id: "a", metric: "quality", at: AT, rev: 1, score: 0.25 },
          { request_id: "a", metric: "safety", at: AT, rev: 1, score: 1 },
        ],
        [{ request_id: "a", metric: "quality", at: AT, rev: 2, score: 0.75 }],
      ],
      quarantine_log: [
        [
          { source_key: "k", source_line: 3, reason: "not_json", at: AT, rev: 1 },
          { source_key: "k", source_line: null, reason: "gzip_damaged", at: AT, rev: 1 },
        ],
        [{ source_key: "k", source_line: null, reason: "gzip_damaged", at: AT, rev: 1 }],
      ],
    });
    expect(await lake.select("select request_id, rev, outcome, pi, app from requests order by 1")).toEqual([
      { request_id: "a", rev: 2, outcome: "judged", pi: 1, app: null },
      { request_id: "b", rev: 10, outcome: null, pi: null, app: null },
    ]);
    expect(await lake.select("select metric, score from evaluations order by 1")).toEqual([
      { metric: "quality", score: 0.75 },
      { metric: "safety", score: 1 },
    ]);
    expect(await lake.select("select source_line, reason from quarantine order by reason")).toEqual([
      { source_line: null, reason: "gzip_damaged" },
      { source_line: 3, reason: "not_json" },
    ]);
    lake.remove();
  });

  it("do not depend on the order or split of the files", async () => {
    const row = fc.record({
      request_id: fc.constantFrom("a", "b", "c"),
      at: fc.constant(AT),
      rev: fc.integer({ min: 1, max: 2 }),
      source_key: fc.constantFrom("k1", "k2"),
      source_line: fc.integer({ min: 1, max: 3 }),
      outcome: fc.constantFrom("queued", "judged", null),
    });
    const shuffled = fc.array(row, { minLength: 1, maxLength: 12 }).chain((rows) =>
      fc.record({
        rows: fc.constant(rows),
        order: fc.shuffledSubarray([...rows.keys()], { minLength: rows.length }),
        cut: fc.nat(rows.length),
      }),
    );
    const query = "select * from requests order by request_id";
    const read = async (table: LakeTable, parts: LakeRow[][]) => {
      const lake = await openTemporaryLake({ [table]: parts.filter((part) => part.length > 0) });
      const rows = await lake.select(query);
      lake.remove();
      return rows;
    };
    await fc.assert(
      fc.asyncProperty(shuffled, async ({ rows, order, cut }) => {
        const moved = order.flatMap((i) => rows[i] ?? []);
        const parts = [moved.slice(0, cut), moved.slice(cut)];
        expect(await read("requests_log", parts)).toEqual(await read("requests_log", [rows]));
      }),
      { numRuns: 20 },
    );
  });
});
