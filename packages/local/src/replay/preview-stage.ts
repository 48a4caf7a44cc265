import { createReadStream } from "node:fs";
import { linesOf } from "@bellwether/aws/log-lines";
import { readBody } from "@bellwether/aws/offloaded-body";
import type { Config } from "@bellwether/core/config/config";
import type { FeedbackDeps } from "@bellwether/core/feedback/apply";
import type { IngestDeps } from "@bellwether/core/ingest/deps";
import type { LakeRow } from "@bellwether/core/lake/tables";
import type { RequestDecision } from "@bellwether/core/requests/decision";
import type { Rollout } from "@bellwether/core/rollout/document";
import type { KappaRow } from "@bellwether/core/sampling/kappa";
import type { PaceDeps } from "@bellwether/core/sampling/pace-tick";
import { bucketOf } from "@bellwether/core/windows/bucket";
import { createClaimTable } from "./preview-claims.ts";
import { createItems } from "./preview-items.ts";
import type { JudgeEstimate } from "./preview-judge-price.ts";
import { countDecision, countSpend, emptyTally, type SamplingTally } from "./preview-tally.ts";
import { createTrafficStore } from "./preview-traffic.ts";

/** What the preset under preview reads and is told. */
export interface PreviewWorld {
  readonly config: Config;
  readonly estimate: JudgeEstimate;
  readonly rollout: Rollout | null;
  /** Ids that app events name: only their decisions can change later. */
  readonly named: ReadonlySet<string>;
  /** Files by S3 key. */
  readonly files: ReadonlyMap<string, string>;
  readonly logsBucket: string;
  readonly signal: AbortSignal;
}

/** The stores of one preset in memory, with the semantics of the tables. */
export interface PreviewStage {
  readonly ingest: IngestDeps;
  readonly feedback: FeedbackDeps;
  readonly pace: PaceDeps;
  readonly tally: SamplingTally;
  /** Oldest and newest event time of the requests, ms; undefined without any. */
  span(): { readonly from: number; readonly to: number } | undefined;
}

const nothing = async (): Promise<void> => undefined;

function rowsIn(rows: readonly KappaRow[], from: number, until: number): readonly KappaRow[] {
  const first = rows.findLastIndex((row) => row.from <= from);
  return rows.slice(Math.max(0, first), rows.findLastIndex((row) => row.from <= until) + 1);
}

/** First values by key; who asks later is told the first. */
function firstOf(): (key: string, value: string) => string {
  const known = new Map<string, string>();
  return (key, value) => {
    const first = known.get(key) ?? value;
    known.set(key, first);
    return first;
  };
}

/** Empty stores for one preset. */
export function createPreviewStage(world: PreviewWorld): PreviewStage {
  const { estimate, rollout, named, files, logsBucket, signal } = world;
  const tally = emptyTally();
  const traffic = createTrafficStore();
  const claims = createClaimTable();
  const kappas: KappaRow[] = [];
  const apps = new Map<string, Set<string>>();
  const firstRequestOf = firstOf();
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

  const open = (key: string): AsyncIterable<Buffer> =>
    createReadStream(files.get(key) ?? key, { signal }) as AsyncIterable<Buffer>;

  const judged = (row: LakeRow): void => {
    const at = Date.parse(String(row.at));
    const picoUsd = estimate.picoUsd(row, at);
    if (picoUsd === null) return;
    countSpend(tally, at, picoUsd);
    traffic.addJudged(String(row.app), bucketOf(at), picoUsd);
  };
  const decided = (row: LakeRow, decision: RequestDecision, before: RequestDecision | undefined): void => {
    if (before !== undefined) countDecision(tally, before, -1);
    countDecision(tally, decision, 1);
    if (decision.outcome === "queued" && before?.outcome !== "queued") judged(row);
  };

  const items = createItems(named, decided);
  const shared = {
    kappaRows: async (since: number, until: number) => rowsIn(kappas, since, until),
    writeLake: nothing,
    putWindowItems: async (written: Parameters<IngestDeps["putWindowItems"]>[0]) =>
      traffic.putWindowItems(written),
    sendToEvaluate: nothing,
    newToken: () => "preview",
  };
  const getRollout = async (app: string): Promise<Rollout | undefined> =>
    app === rollout?.app ? rollout : undefined;

  return {
    tally,
    span: () => (from <= to ? { from, to } : undefined),
    ingest: {
      ...shared,
      getRollout,
      getTopics: async () => undefined,
      embedText: async () => undefined,
      readLogObject: (key) => linesOf(open(key)),
      readOffloadedBody: async (bucket, key) => {
        if (bucket !== logsBucket) return { ok: false, reason: "foreign_bucket" };
        return files.has(key) ? readBody(open(key)) : { ok: false, reason: "missing" };
      },
      claimNewUser: async (app, user, requestId) => firstRequestOf(JSON.stringify([app, user]), requestId),
      learnApp: async (principal, app) =>
        void apps.set(principal, (apps.get(principal) ?? new Set()).add(app)),
      appsOf: async (principal) => [...(apps.get(principal) ?? [])],
      claimRequest: async (claim) => {
        const kind = claims.claim(claim.requestId, claim.bodyHash);
        if (kind !== "first") return { kind };
        const at = Date.parse(String(claim.row.at));
        from = Math.min(from, at);
        to = Math.max(to, at);
        return { kind: "claimed", item: items.claimed(claim) };
      },
      reviseDecision: items.reviseDecision,
    },
    // Nothing is judged, so people are asked nothing.
    feedback: { ...shared, ...items, writeDocument: nothing, putReviewTask: async () => false },
    pace: {
      getRollout,
      kappaRows: shared.kappaRows,
      putKappaRow: async (row) => void kappas.push(row),
      // Of open hours too, so there are no folds beside it.
      readTraffic: async (app, since, until) => traffic.readTraffic(app, since, until),
      readFolds: async () => [],
      // The windows are counted as they are written: nothing is ever dirty.
      dirtyMarks: async () => [],
      clearMarks: nothing,
      readBucket: async () => [],
      foldVersion: async () => 0,
      saveFold: async () => true,
      noteFolded: nothing,
      newToken: shared.newToken,
    },
  };
}
