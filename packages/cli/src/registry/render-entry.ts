import type { Entry } from "@bellwether/core/registry/entry";
import { type Io, oneLine, renderTable } from "../output.ts";

const iso = (at: number): string => new Date(at).toISOString();
const because = (why: string): string => (why === "" ? "" : `: ${why}`);

function facts(entry: Entry, traffic: number | null): [string, string][] {
  const { approval, gate, cost, latency, content, previous } = entry;
  const price = (usd: number | null): string => (usd === null ? "unpriced" : `$${usd}`);
  return [
    ["content", `sha256 ${entry.contentHash} ${content.where === "uri" ? `at ${content.uri}` : ""}`],
    ["model", entry.modelId ?? "any"],
    ["parameters", JSON.stringify(entry.parameters)],
    ["traffic", traffic === null ? "unknown: no rollout" : `${Number((traffic * 100).toPrecision(4))} %`],
    [
      "approval",
      approval === null
        ? "pending"
        : `${approval.decision} by ${approval.by} at ${iso(approval.at)}${because(approval.why)}`,
    ],
    [
      "gate",
      gate === null
        ? "none"
        : `${gate.passed ? "passed" : "failed"} at ${iso(gate.at)}${because(gate.detail)}`,
    ],
    ["previous", previous ?? "none"],
    [
      "cost",
      cost === null
        ? "not measured"
        : `$${cost.usdPerRequest} per request (${cost.source}, ${cost.requests} requests); 1k input tokens ${price(cost.usdPer1kInputTokens)}, output ${price(cost.usdPer1kOutputTokens)}`,
    ],
    [
      "latency",
      latency === null
        ? "not measured"
        : `p50 ${latency.p50Ms} ms, p95 ${latency.p95Ms} ms, p99 ${latency.p99Ms} ms (${latency.source}, ${latency.requests} requests)`,
    ],
    ["registered", `${iso(entry.createdAt)} by ${entry.createdBy}`],
  ];
}

/** A version as a person reads it: facts, scores with their intervals, the latest changes. */
export function renderEntry(entry: Entry, traffic: number | null, { color }: Io): string {
  const { app, kind, version, status, scores, audit, seq } = entry;
  const scoreRows = scores.map((s) => [s.metric, s.source, s.mean, s.low, s.high, s.nEff, iso(s.at)]);
  const auditRows = audit.map((r) => [r.seq, iso(r.at), r.change, r.from, r.to, r.by, r.why, r.detail]);
  const earlier = seq - audit.length;
  return [
    color.bold(`${app}: ${kind} ${version} is ${status}`),
    ...facts(entry, traffic).map(([name, text]) => `${name.padEnd(11)}${oneLine(text)}`),
    "",
    color.bold("Scores"),
    scores.length === 0
      ? "not measured\n"
      : renderTable(["metric", "source", "mean", "low", "high", "n eff", "at"], scoreRows, color),
    color.bold(earlier > 0 ? `Changes (${earlier} earlier ones: registry audit)` : "Changes"),
    renderTable(["seq", "at", "change", "from", "to", "by", "why", "detail"], auditRows, color),
  ].join("\n");
}
