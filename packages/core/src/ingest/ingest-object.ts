import type { Config } from "../config/config.ts";
import type { LakeRow } from "../lake/tables.ts";
import type { PriceBook } from "../prices/price-book.ts";
import type { PromptFeatures } from "../prompts/features.ts";
import type { Topics } from "../prompts/topics.ts";
import type { Rejection } from "../records/rejection.ts";
import { isJudgeRow } from "../requests/decision.ts";
import {
  currentDecision,
  eventTime,
  feedbackItems,
  fullRow,
  type KnownRequest,
  scoreItem,
  wholeCountedRow,
} from "../requests/request-item.ts";
import type { Rollout } from "../rollout/document.ts";
import { type CountItems, countRequest } from "../windows/count-requests.ts";
import type { FeedbackItem, ScoreItem } from "../windows/items.ts";
import { type Claimed, claimRecords, type Draft, fetchAnswer } from "./claim-records.ts";
import type { IngestDeps, QueuedRequest } from "./deps.ts";
import { joinPrettyPrinted } from "./pretty-printed.ts";
import { readLine } from "./read-line.ts";
import { attributeFailures } from "./untagged-failures.ts";

/** Values per part: one Parquet part per hour, one set of window items. Fixed, so that a retry writes the same parts. */
const PART_VALUES = 10_000;
/** Records claimed at a time; bounds how many parsed bodies are in memory. */
const CLAIM_BATCH = 200;
/** An object with this many unreadable lines and fewer good ones is not a Bedrock log. */
const MAX_REJECTED = 10_000;
const RAW_KEPT_BYTES = 4_096;

/** Counts of one object; `read` always equals kept + quarantined + duplicate + ignored. */
export interface IngestReport {
  read: number;
  kept: number;
  quarantined: number;
  duplicate: number;
  ignored: number;
  unpriced: number;
  bodiesUnreadable: number;
  /** Questions that the embedding model was asked for in vain. */
  embeddingsFailed: number;
  unconfiguredApps: Set<string>;
  /** Newest event time kept, ms. */
  newest: number | undefined;
}

export interface LogObject {
  readonly key: string;
  readonly deliveredAt: number;
}

/** Rows and items of the part under construction. */
interface Part {
  readonly index: number;
  values: number;
  readonly rows: LakeRow[];
  readonly quarantine: LakeRow[];
  readonly counts: CountItems;
  readonly feedback: (FeedbackItem | ScoreItem)[];
  readonly queued: QueuedRequest[];
}

const emptyPart = (index: number): Part => ({
  index,
  values: 0,
  rows: [],
  quarantine: [],
  counts: new Map(),
  feedback: [],
  queued: [],
});

/**
 * Reads one log object line by line and takes every effect in the order request items, lake, windows, queue; all of
 * them are overwrites under deterministic keys, so a crash anywhere is healed by running it again.
 */
export async function ingestObject(
  object: LogObject,
  stage: {
    readonly config: Config;
    readonly prices: PriceBook;
    readonly partName: (...identity: string[]) => string;
  },
  deps: IngestDeps,
): Promise<IngestReport> {
  const { key, deliveredAt } = object;
  const { config, prices, partName } = stage;
  const report: IngestReport = {
    read: 0,
    kept: 0,
    quarantined: 0,
    duplicate: 0,
    ignored: 0,
    unpriced: 0,
    bodiesUnreadable: 0,
    embeddingsFailed: 0,
    unconfiguredApps: new Set(),
    newest: undefined,
  };
  const rollouts = new Map<string, Rollout | undefined>();
  const topics = new Map<string, Topics | undefined>();
  let part = emptyPart(0);
  let drafts: Draft[] = [];

  const reject = (line: number | null, rejection: Rejection, raw: Buffer): void => {
    report.quarantined += 1;
    part.quarantine.push({
      source_key: key,
      source_line: line,
      reason: rejection.reason,
      detail: rejection.detail,
      raw: raw.subarray(0, RAW_KEPT_BYTES).toString("base64"),
      at: new Date(deliveredAt).toISOString(),
      rev: 1,
    });
  };

  const keep = (request: KnownRequest, partId: string, prompt: PromptFeatures | undefined): void => {
    const row = fullRow(request);
    part.rows.push(row);
    if (isJudgeRow(row)) return;
    const app = String(row.app);
    if (!config.apps.includes(app)) report.unconfiguredApps.add(app);
    // A variant or price that became known after the record was counted has a correction item of its own.
    const counted =
      request.lateVariant === undefined && request.repriced === undefined ? row : wholeCountedRow(request);
    countRequest(part.counts, counted, eventTime(request), partId, prompt);
    part.feedback.push(...feedbackItems(request));
    const score = scoreItem(request);
    if (score !== undefined) part.feedback.push(score);
    const decision = currentDecision(request);
    if (decision.outcome === "queued" && decision.priority !== null) {
      part.queued.push({ requestId: request.requestId, priority: decision.priority });
    }
  };

  const take = (claimed: Claimed, partId: string): void => {
    const { line, invocation, raw } = claimed.draft;
    if (claimed.kind === "duplicate") report.duplicate += 1;
    else if (claimed.kind === "conflict") {
      reject(
        line,
        { reason: "id_conflict", detail: `another record has the id ${invocation.requestId}` },
        raw,
      );
    } else {
      report.kept += 1;
      if (claimed.unpriced) report.unpriced += 1;
      if (claimed.draft.bodyProblem !== undefined) report.bodiesUnreadable += 1;
      if (claimed.prompt?.features === null) report.embeddingsFailed += 1;
      report.newest = Math.max(report.newest ?? invocation.at, invocation.at);
      keep(claimed.request, partId, claimed.prompt);
    }
  };

  const claimDrafts = async (): Promise<void> => {
    const batch = drafts;
    drafts = [];
    if (batch.length === 0) return;
    const attributed = await attributeFailures(batch, deps, deliveredAt);
    const apps = new Set(attributed.map(({ invocation }) => invocation.tags.app));
    for (const app of apps) {
      if (rollouts.has(app)) continue;
      const [rollout, learned] = await Promise.all([deps.getRollout(app), deps.getTopics(app)]);
      rollouts.set(app, rollout);
      topics.set(app, learned);
    }
    const ready = await Promise.all(attributed.map((draft) => fetchAnswer(draft, deps)));
    const partId = partName(key, String(part.index));
    const settings = { key, deliveredAt, config, prices, rollouts, topics };
    for (const claimed of await claimRecords(ready, settings, deps)) take(claimed, partId);
  };

  const closePart = async (): Promise<void> => {
    await claimDrafts();
    const partId = partName(key, String(part.index));
    if (part.rows.length > 0) await deps.writeLake("requests_log", partId, part.rows);
    if (part.quarantine.length > 0) await deps.writeLake("quarantine_log", partId, part.quarantine);
    const items = [...part.counts.values(), ...part.feedback];
    if (items.length > 0) await deps.putWindowItems(items, deps.newToken(), deliveredAt);
    if (part.queued.length > 0) await deps.sendToEvaluate(part.queued);
    part = emptyPart(part.index + 1);
  };

  reading: for await (const line of await joinPrettyPrinted(deps.readLogObject(key))) {
    if (line.kind === "scrubbed") return report;
    for (const result of readLine(line, deliveredAt)) {
      report.read += 1;
      part.values += 1;
      if (result.kind === "ignored") report.ignored += 1;
      else if (result.kind === "rejected") reject(result.line, result.rejection, result.raw);
      else drafts.push(result);
      if (drafts.length >= CLAIM_BATCH) await claimDrafts();
      if (part.values >= PART_VALUES) await closePart();
      // One line may hold a million values, so the cap is looked at for each of them.
      if (report.quarantined >= MAX_REJECTED && report.quarantined > report.kept + drafts.length) {
        report.read += 1;
        reject(
          null,
          { reason: "too_many_lines", detail: `${MAX_REJECTED} unreadable lines; the rest was not read` },
          Buffer.alloc(0),
        );
        break reading;
      }
    }
  }
  await closePart();
  await deps.writeLake("objects_log", partName(key), [
    {
      source_key: key,
      at: new Date(deliveredAt).toISOString(),
      lines_read: report.read,
      kept: report.kept,
      quarantined: report.quarantined,
      duplicate: report.duplicate,
      ignored: report.ignored,
      bodies_unreadable: report.bodiesUnreadable,
      rev: 1,
    },
  ]);
  return report;
}
