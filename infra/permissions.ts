import {
  type DeadLetterName,
  FUNCTIONS,
  type FunctionName,
  type QueueName,
  RULES,
  type RuleTarget,
  SCHEDULES,
} from "@bellwether/core/topology";
import { keyGrants } from "./key-grants.ts";
import { type Grants, type Resource, VERBS, type Verb } from "./verbs.ts";

/** Verbs of packages/aws that each function imports. */
export const USES: Readonly<Record<FunctionName, readonly Verb[]>> = {
  ingest: [
    "log-objects/readLogObject",
    "log-objects/readOffloadedBody",
    "kappa-rows/kappaRows",
    "rollouts-table/getRollout",
    "topics/getTopics",
    "titan/embedText",
    "requests-table/claimNewUser",
    "requests-table/learnApp",
    "requests-table/appsOf",
    "requests-table/claimRequest",
    "requests-table/reviseDecision",
    "lake/partName",
    "lake/writeLake",
    "windows-table/putWindowItems",
    "messages/sendToEvaluate",
  ],
  "log-subscription": ["log-objects/putLogObject"],
  feedback: [
    "requests-table/getRequest",
    "requests-table/castVote",
    "requests-table/reviseDecision",
    "requests-table/attachInteraction",
    "requests-table/requeueRequest",
    "kappa-rows/kappaRows",
    "lake/partName",
    "lake/writeLake",
    "lake/writeDocument",
    "windows-table/putWindowItems",
    "reviews-table/putReviewTask",
    "messages/sendToEvaluate",
  ],
  evaluate: [
    "requests-table/getRequest",
    "requests-table/leaseRequest",
    "requests-table/releaseLease",
    "requests-table/saveJudgement",
    "log-objects/readLogLines",
    "log-objects/readOffloadedBody",
    "lake/readDocument",
    "judge/converse",
    "reviews-table/reviewVolume",
    "reviews-table/putReviewTask",
    "lake/partName",
    "lake/writeLake",
    "windows-table/putWindowItems",
    "messages/delayMessage",
  ],
  "detect-canary": [
    "rollouts-table/getRollout",
    "fold-verbs/foldVerbs",
    "fold-state/foldNote",
    "fold-state/readFolds",
    "findings/getBaseline",
    "findings/freezeBaselineOnce",
    "findings/getFinding",
    "findings/saveFinding",
    "reviews-table/getAgreement",
    "lake/partName",
    "lake/writeLake",
    "messages/raise",
    "gauges/putGauges",
  ],
  measure: [
    "fold-verbs/foldVerbs",
    "fold-state/readFoldedBuckets",
    "hour-totals/dirtyHours",
    "hour-totals/clearHours",
    "hour-totals/saveHour",
    "hour-totals/readHours",
    "hour-totals/measuredUntil",
    "hour-totals/noteMeasured",
    "reviews-table/noteVolume",
    "rollouts-table/getRollout",
    "lake/partName",
    "lake/writeLake",
    "gauges/putGauges",
  ],
  "detect-drift": [
    "fold-verbs/foldVerbs",
    "fold-state/readFoldedBuckets",
    "fold-state/oldestFold",
    "drift-state/getDriftState",
    "drift-state/saveDriftState",
    "topics/getTopics",
    "topics/saveTopics",
    "rollouts-table/getRollout",
    "lake/partName",
    "lake/readDocument",
    "lake/writeDocument",
    "lake/writeLake",
    "messages/publish:events",
    "gauges/putGauges",
  ],
  sentinel: [
    "sentinel-state/getSentinel",
    "sentinel-state/saveSentinel",
    "judge/converse",
    "lake/partName",
    "lake/readDocument",
    "lake/writeDocument",
    "lake/writeLake",
    "messages/publish:events",
    "gauges/putGauges",
  ],
  compact: [
    "lake/partName",
    "lake-parts/listParts",
    "lake-parts/readPart",
    "lake-parts/writePart",
    "lake-parts/deletePart",
    "lake-lease/takeLakeLease",
    "lake-lease/releaseLakeLease",
    "gauges/putGauges",
  ],
  "detect-cost": [
    "fold-verbs/foldVerbs",
    "fold-state/readFolds",
    "fold-state/oldestFold",
    "hour-totals/dirtyHours",
    "spend-series/readHourlySpend",
    "spend-series/readBucketSpend",
    "budget-watch/getBudgetWatch",
    "budget-watch/saveBudgetWatch",
    "drift-state/getDriftState",
    "drift-state/saveDriftState",
    "rollouts-table/getRollout",
    "lake-queries/queryLake",
    "lake/partName",
    "lake/readDocument",
    "lake/writeDocument",
    "lake/writeLake",
    "messages/publish:events",
    "gauges/putGauges",
  ],
  pace: [
    "fold-verbs/foldVerbs",
    "fold-state/readFolds",
    "hour-totals/readTraffic",
    "kappa-rows/kappaRows",
    "kappa-rows/putKappaRow",
    "rollouts-table/getRollout",
    "gauges/putGauges",
  ],
  rollback: [
    "registry-table/registryTable",
    "rollouts-table/getRollout",
    "rollouts-table/putRollout",
    "findings/getFinding",
    "fold-state/readFolds",
    "lake/partName",
    "lake/writeLake",
    "lake/writeDocument",
    "messages/publish:events",
  ],
  notify: [
    "sent-notices/sentTo",
    "sent-notices/markSent",
    "messages/publish:pages",
    "ops-items/createOpsItem",
    "secrets/readSecret",
  ],
};

/** Functions that read a policy from a file beside their code. */
export const POLICY_READERS: readonly FunctionName[] = [
  "detect-canary",
  "detect-cost",
  "evaluate",
  "rollback",
];

/** What Lambda does on a function's behalf to empty its queues. */
const POLL = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

function polls(name: FunctionName): Grants {
  const { sources = [] }: { handler: string; sources?: readonly { queue: QueueName }[] } = FUNCTIONS[name];
  return Object.fromEntries(sources.map(({ queue }) => [`queue:${queue}`, POLL]));
}

const SCHEDULED: readonly FunctionName[] = Object.values(SCHEDULES).map((schedule) => schedule.function);
const RUNG_BY_RULE = Object.values(RULES).flatMap(({ target }: { target: RuleTarget }) =>
  "function" in target ? [target.function] : [],
);

/** Where the failed invocations of a function go that nobody waits for; undefined for one that reads a queue. */
export function failuresOf(name: FunctionName): DeadLetterName | undefined {
  if (SCHEDULED.includes(name)) return "ticks";
  if (name === "log-subscription") return "log-events";
  return RUNG_BY_RULE.includes(name) ? "rollback" : undefined;
}

/** Lambda sends them by the function's own role. */
function failures(name: FunctionName): Grants {
  const queue = failuresOf(name);
  return queue === undefined ? {} : { [`dead-letters:${queue}`]: ["sqs:SendMessage"] };
}

/** What active tracing writes (Lambda guide, "Visualize invocations using X-Ray"). */
const TRACES: Grants = { traces: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"] };

export interface Statement {
  readonly resource: Resource;
  readonly actions: readonly string[];
}

/** Everything a function may do: one statement per resource, actions sorted. */
export function statementsOf(name: FunctionName): readonly Statement[] {
  const actions = new Map<Resource, Set<string>>();
  const own: Grants[] = [polls(name), ...USES[name].map((verb) => VERBS[verb]), failures(name)];
  const grants = [...own, keyGrants(own), TRACES];
  for (const [resource, allowed = []] of grants.flatMap((grant) => Object.entries(grant))) {
    const known = actions.get(resource as Resource) ?? new Set();
    actions.set(resource as Resource, new Set([...known, ...allowed]));
  }
  return [...actions].map(([resource, allowed]) => ({ resource, actions: [...allowed].sort() }));
}
