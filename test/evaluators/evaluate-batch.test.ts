import { parseConfig } from "@bellwether/core/config/config";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { JUDGE_APP } from "@bellwether/core/requests/decision";
import { type KnownRequest, type RequestItem, scoreItem } from "@bellwether/core/requests/request-item";
import type { ConverseRequest } from "@bellwether/evaluators/converse";
import { type EvaluateDeps, evaluateBatch } from "@bellwether/evaluators/evaluate-batch";
import { parseEvaluationPolicy } from "@bellwether/evaluators/evaluation-policy";
import type { ConverseResult } from "@bellwether/evaluators/judge-answer";
import { judgeMetrics } from "@bellwether/evaluators/judge-metrics";
import { describe, expect, it } from "vitest";
import { JUDGEMENT, knownRequest, SAMPLED_OUT } from "../core/requests/known-request.ts";
import { chatRecord, DAY_MS, line } from "../support/chat-record.ts";
import { textResponse, toolResponse, verdicts } from "./verdict-fixtures.ts";

const stage = { config: parseConfig({}), prices: createPriceBook({}), leaseMs: 150_000 };
const NOW = DAY_MS;
const QUEUED = { ...SAMPLED_OUT, u: 0.01, outcome: "queued", priority: 4 } as const;
const usage = {
  inputTokens: 1_000,
  outputTokens: 100,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
};
const GOOD: ConverseResult = {
  kind: "answered",
  usage,
  response: toolResponse(verdicts({ chunks: [], claims: [] })),
};

const queued = (requestId: string, rest: Partial<KnownRequest> = {}): KnownRequest =>
  knownRequest({
    requestId,
    decision: QUEUED,
    row: {
      ...knownRequest().row,
      request_id: requestId,
      source_key: "a.gz",
      source_line: Number(requestId.slice(1)),
    },
    ...rest,
  });

interface World {
  readonly items: Map<string, RequestItem>;
  readonly leases: Map<string, string>;
  readonly calls: string[];
  readonly deps: EvaluateDeps;
}

function world(items: readonly RequestItem[], converse: EvaluateDeps["converse"] = async () => GOOD): World {
  const known = new Map(items.map((item) => [item.requestId, item]));
  const leases = new Map<string, string>();
  const calls: string[] = [];
  const deps: EvaluateDeps = {
    leaseRequest: async (requestId, { messageId }) => {
      const holder = leases.get(requestId);
      if (holder !== undefined && holder !== messageId) return undefined;
      leases.set(requestId, messageId);
      return known.get(requestId);
    },
    releaseLease: async (requestId) => {
      calls.push(`release ${requestId}`);
      leases.delete(requestId);
    },
    getRequest: async (requestId) => known.get(requestId),
    saveJudgement: async (requestId, judgement, outcome) => {
      const item = known.get(requestId);
      if (item === undefined) throw new Error("gone");
      const saved = { ...item, judgement, outcome, rev: item.rev + 1 };
      known.set(requestId, saved);
      leases.delete(requestId);
      return saved;
    },
    readLogLines: async (key, numbers) => {
      calls.push(`read ${key} ${[...numbers].join(",")}`);
      return new Map([...numbers].map((n) => [n, line(chatRecord({ id: `r${n}`, at: DAY_MS }))]));
    },
    readOffloadedBody: async () => ({ ok: false, reason: "missing" }),
    readDocument: async () => undefined,
    converse: async (request) => {
      calls.push("converse");
      return converse(request);
    },
    reviewVolume: async () => 200_000 / 30,
    newDelimiter: () => "k3j9x2m4q8w1z7v5",
    now: () => NOW,
  };
  return { items: known, leases, calls, deps };
}

const messages = (...ids: readonly string[]) =>
  ids.map((requestId, index) => ({ messageId: `m${index}`, requestId, attempt: 1 }));
const run = async (w: World, ...ids: readonly string[]) => {
  const batch = await evaluateBatch(messages(...ids), stage, w.deps);
  return Promise.allSettled(ids.map((_, index) => batch.get(`m${index}`)));
};
const kinds = (results: Awaited<ReturnType<typeof run>>) =>
  results.map((result) => (result.status === "fulfilled" ? result.value?.kind : String(result.reason)));

describe("a batch", () => {
  it("is judged with one read per source object, and every result is stored with its spend", async () => {
    const w = world([queued("r1"), queued("r2"), queued("r3")]);
    expect(kinds(await run(w, "r1", "r2", "r3"))).toEqual(["judged", "judged", "judged"]);
    expect(w.calls.filter((call) => call.startsWith("read"))).toEqual(["read a.gz 1,2,3"]);
    const { judgement, outcome } = w.items.get("r2") ?? queued("r2");
    expect(outcome?.outcome).toMatch(/judged|abstained/);
    // Claude Haiku 4.5 in us-east-1, geographic profile: $1.10 and $5.50 per million tokens.
    expect(judgement).toMatchObject({ picoUsd: 1_650_000_000, inputTokens: 1_000, outputTokens: 100 });
    expect(w.leases.size).toBe(0);
  });

  it("is judged all at the same time", async () => {
    let waiting = 0;
    let open = (): void => undefined;
    const all = new Promise<void>((resolve) => {
      open = resolve;
    });
    const w = world([queued("r1"), queued("r2"), queued("r3")], async () => {
      if (++waiting === 3) open();
      await all;
      return GOOD;
    });
    expect(kinds(await run(w, "r1", "r2", "r3"))).toEqual(["judged", "judged", "judged"]);
  });

  it("keeps one message's trouble from the others, and gives its lease back", async () => {
    let calls = 0;
    const w = world([queued("r1"), queued("r2")], async () => {
      if (calls++ === 0) throw new Error("socket hang up");
      return GOOD;
    });
    expect(kinds(await run(w, "r1", "r2"))).toEqual(["Error: socket hang up", "judged"]);
    expect(w.leases.size).toBe(0);
  });

  it("fails together when the source object cannot be read, and may be judged later", async () => {
    const w = world([queued("r1"), queued("r2")]);
    const readLogLines = async (): Promise<never> => {
      throw new Error("S3 is down");
    };
    const results = await run({ ...w, deps: { ...w.deps, readLogLines } }, "r1", "r2");
    expect(kinds(results)).toEqual(["Error: S3 is down", "Error: S3 is down"]);
    expect(w.leases.size).toBe(0);
    expect(kinds(await run(w, "r1", "r2"))).toEqual(["judged", "judged"]);
  });
});

describe("a message", () => {
  it("that comes twice in one batch is judged once", async () => {
    const w = world([queued("r1")]);
    expect(kinds(await run(w, "r1", "r1"))).toEqual(["judged", "busy"]);
    expect(w.calls.filter((call) => call === "converse")).toHaveLength(1);
  });

  it("of a request that was judged before only has its effects written again", async () => {
    const w = world([queued("r1", { judgement: JUDGEMENT, outcome: { outcome: "judged", reason: null } })]);
    expect(await run(w, "r1")).toMatchObject([{ value: { kind: "judged", fresh: false } }]);
    w.leases.set("r1", "somebody");
    expect(await run(w, "r1")).toMatchObject([{ value: { kind: "judged", fresh: false } }]);
    expect(w.calls).not.toContain("converse");
  });

  it("that somebody else holds, or whose record is not there yet, comes back later", async () => {
    const w = world([queued("r1"), { requestId: "r2", rev: 0, votes: [] }]);
    w.leases.set("r1", "somebody");
    expect(kinds(await run(w, "r1", "r2", "r3"))).toEqual(["busy", "busy", "busy"]);
  });

  it.each([
    ["the judge's own call", { row: { ...queued("r1").row, app: JUDGE_APP } }, "loop_guard"],
    [
      "a filtered call",
      { decision: { ...QUEUED, outcome: "filtered", outcomeReason: "failed_call" } },
      "failed_call",
    ],
  ] as const)("about %s is refused without a call", async (_what, rest, reason) => {
    const w = world([queued("r1", rest)]);
    expect(await run(w, "r1")).toMatchObject([{ value: { kind: "refused", reason } }]);
    expect(w.calls).toEqual(["read a.gz 1", "release r1"]);
  });
});

describe("a judge", () => {
  it("that is throttled leaves nothing stored and the lease free", async () => {
    const w = world([queued("r1")], async () => ({ kind: "unavailable", reason: "throttled" }));
    expect(await run(w, "r1")).toMatchObject([{ value: { kind: "unavailable", reason: "throttled" } }]);
    expect(w.items.get("r1")?.judgement).toBeUndefined();
    expect(w.leases.size).toBe(0);
  });

  it("that answers nonsense twice is a failure, paid twice, and no score", async () => {
    const w = world([queued("r1")], async () => ({
      kind: "answered",
      usage,
      response: textResponse("9 of 10"),
    }));
    await run(w, "r1");
    const { judgement, outcome } = w.items.get("r1") ?? queued("r1");
    expect(outcome).toEqual({ outcome: "failed", reason: "tool_missing" });
    expect(judgement).toMatchObject({ picoUsd: 3_300_000_000, inputTokens: 2_000 });
    expect(judgement?.outcomes.quality).toEqual({ status: "failed", reason: "tool_missing" });
  });

  it("that judges again adds to what was spent before", async () => {
    const w = world([queued("r1", { judgement: JUDGEMENT, outcome: { outcome: "queued", reason: null } })]);
    await run(w, "r1");
    expect(w.items.get("r1")?.judgement).toMatchObject({
      picoUsd: 1_500_000_000 + 1_650_000_000,
      inputTokens: 1_900,
    });
  });

  it("without a known price has a spend of null, not of 0", async () => {
    const w = world([queued("r1")]);
    const config = parseConfig({ judge: { modelId: "mystery.model-v1:0" } });
    const batch = await evaluateBatch(messages("r1"), { ...stage, config }, w.deps);
    await batch.get("m0");
    expect(w.items.get("r1")?.judgement?.picoUsd).toBeNull();
  });

  it("is not asked about a text that cannot be read, and the reason is kept", async () => {
    const w = world([queued("r1")]);
    const deps = { ...w.deps, readLogLines: async () => new Map<number, string>() };
    await (await evaluateBatch(messages("r1"), stage, deps)).get("m0");
    expect(w.items.get("r1")).toMatchObject({
      outcome: { outcome: "abstained", reason: "source_missing" },
      judgement: { picoUsd: 0, inputTokens: 0 },
    });
    expect(w.calls).not.toContain("converse");
  });
});

describe("rubrics and checks", () => {
  const evaluate = async (yaml: string, answer: string, response: unknown = toolResponse(CLEAN)) => {
    const asked: ConverseRequest[] = [];
    const w = world([queued("r1")], async (request) => {
      asked.push(request);
      return { kind: "answered", usage, response };
    });
    const readLogLines = async () => new Map([[1, line(chatRecord({ id: "r1", at: DAY_MS, answer }))]]);
    const policy = parseEvaluationPolicy(yaml);
    const batch = await evaluateBatch(messages("r1"), { ...stage, policy }, { ...w.deps, readLogLines });
    await batch.get("m0");
    return { asked, item: w.items.get("r1") ?? queued("r1") };
  };
  const CLEAN = verdicts({ chunks: [], claims: [] });
  const JSON_ONLY = "checks: [{ scorer: json_valid, weight: 0.5, spareJudge: true }]";

  it("stand beside the judge's metrics, weigh in quality and mark the version", async () => {
    const { item, asked } = await evaluate(
      `${JSON_ONLY}
rubrics: [{ id: tone, weight: 1, criteria: [{ question: "Polite?", scale: yes_no }] }]`,
      "{}",
      toolResponse({ ...CLEAN, custom: [{ id: "tone", verdict: "no" }] }),
    );
    expect(asked[0]?.system[1]).toStrictEqual({ text: "# Criteria\ntone: Polite?" });
    expect(item.outcome).toStrictEqual({ outcome: "judged", reason: null });
    expect(item.judgement?.judgeVersion.split(".")).toHaveLength(3);
    const { outcomes } = item.judgement ?? JUDGEMENT;
    expect(outcomes).toMatchObject({
      json_valid: { status: "scored", score: 1 },
      custom_tone: { status: "scored", score: 0 },
    });
    // By hand: relevancy .3 and safety .2 at 1, json_valid .5 at 1, tone 1 at 0; faithfulness and precision abstain.
    expect(outcomes.quality).toMatchObject({ status: "scored", score: 0.5 });
  });

  it("that settle a request spare the judge, keep pi, and leave a quality of unknown weight unknown", async () => {
    const { item, asked } = await evaluate(JSON_ONLY, "no JSON");
    expect(asked).toHaveLength(0);
    expect(item.outcome).toStrictEqual({ outcome: "judged", reason: "settled_by_json_valid" });
    expect(item.decision).toStrictEqual(QUEUED);
    expect(item.judgement).toMatchObject({
      picoUsd: 0,
      inputTokens: 0,
      outcomes: {
        json_valid: { status: "scored", score: 0, reason: "not JSON" },
        faithfulness: { status: "abstained", reason: "judge_spared" },
        quality: { status: "abstained", reason: "not_enough_metrics" },
      },
    });
    expect(scoreItem(item as KnownRequest)).toMatchObject({ pi: 0.02, judgePicoUsd: 0 });
  });

  it.each([
    ["the weights, where checks carry half of them", "weight: 1", 0],
    ["what the team says", "settledQuality: 0.1", 0.1],
  ])("that settle a request give it a quality by %s", async (_, how, score) => {
    const { item } = await evaluate(`checks: [{ scorer: json_valid, spareJudge: true, ${how} }]`, "no JSON");
    expect(item.judgement?.outcomes.quality).toMatchObject({ status: "scored", score });
  });

  it("stand when the judge fails", async () => {
    const { item } = await evaluate(JSON_ONLY, "{}", textResponse("9 of 10"));
    expect(item.judgement?.outcomes).toMatchObject({
      json_valid: { status: "scored", score: 1 },
      quality: { status: "failed", reason: "tool_missing" },
    });
  });

  it("of another app do not apply", async () => {
    const { item, asked } = await evaluate(
      "checks: [{ scorer: json_valid, spareJudge: true, appliesTo: { app: other } }]",
      "no JSON",
    );
    expect(asked).toHaveLength(1);
    expect(item.judgement?.outcomes).not.toHaveProperty("json_valid");
  });
});

describe("judgeMetrics", () => {
  const judged = (outcome: "judged" | "abstained" | "failed", fresh = true) =>
    judgeMetrics({
      kind: "judged",
      fresh,
      request: queued("r1", { judgement: JUDGEMENT, outcome: { outcome, reason: null } }),
    });

  it.each([
    ["judged", "JudgeScored"],
    ["abstained", "JudgeAbstained"],
    ["failed", "JudgeFailed"],
  ] as const)("counts a request that was %s as %s, with its tokens", (outcome, name) => {
    expect(judged(outcome)).toEqual([
      [name, 1],
      ["JudgeTokens", 1_020],
    ]);
  });

  it("counts a request that a check settled without a quality as abstained", () => {
    const outcomes = { quality: { status: "abstained", reason: "not_enough_metrics" } } as const;
    const outcome = { outcome: "judged", reason: "settled_by_json_valid" } as const;
    const request = queued("r1", { judgement: { ...JUDGEMENT, outcomes }, outcome });
    expect(judgeMetrics({ kind: "judged", fresh: true, request })[0]).toEqual(["JudgeAbstained", 1]);
  });

  it("counts an outage, and nothing twice", () => {
    expect(judgeMetrics({ kind: "unavailable", reason: "throttled" })).toEqual([["JudgeThrottled", 1]]);
    expect(judged("judged", false)).toEqual([]);
    expect(judgeMetrics({ kind: "busy" })).toEqual([]);
    expect(judgeMetrics({ kind: "refused", reason: "loop_guard" })).toEqual([]);
  });
});

describe("people's share of what was judged", () => {
  it("is drawn once with rho = c / pi, and stands when the request is judged again", async () => {
    const w = world([queued("r1")]);
    await run(w, "r1");
    const first = w.items.get("r1");
    // 200 labels a month among 200,000 requests, each judged with the pi of the request.
    const { pi } = first?.decision ?? {};
    expect(first?.judgement?.rho).toBeCloseTo(Math.min(1, 0.001 / (pi ?? 0)), 12);
    const { outcome: _, ...again } = first as KnownRequest;
    w.items.set("r1", again);
    const deps = { ...w.deps, reviewVolume: async () => 1 };
    const batch = await evaluateBatch(messages("r1"), stage, deps);
    await batch.get("m0");
    expect(w.items.get("r1")?.judgement?.rho).toBe(first?.judgement?.rho);
  });

  it("leaves out what has no score and what a person asked for", async () => {
    const silent = world([queued("r1")], async () => ({ kind: "refused", reason: "invalid_request" }));
    await run(silent, "r1");
    expect(silent.items.get("r1")?.judgement).not.toHaveProperty("rho");
  });
});
