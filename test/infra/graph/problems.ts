import type { Graph } from "./graph.ts";
import { composites, nothingElse, specified } from "./rules/alarms.ts";
import { buckets, queries, removal, tables } from "./rules/data.ts";
import { rules, schedules, topics } from "./rules/events.ts";
import * as functions from "./rules/functions.ts";
import { key } from "./rules/key.ts";
import { exactPermissions, noWildcards, trust } from "./rules/permissions.ts";
import * as queues from "./rules/queues.ts";

type Rule = (graph: Graph) => string[];

/** What has to hold for the graph of every stage, each as problems in one line; none when all is well. */
export const RULES: Readonly<Record<string, Rule>> = {
  "permissions are exactly those of the table": exactPermissions,
  "no wildcard actions, and every resource only where there are none": noWildcards,
  "roles are assumed by one service": trust,
  "functions run as the topology says": functions.settings,
  "functions have the variables that packages/aws reads": functions.environment,
  "functions log to groups that forget": functions.logs,
  "functions run as often at once as their queues may feed them": functions.concurrency,
  "functions have their policies with them": functions.packages,
  "failed events end in a dead-letter queue": functions.asynchronous,
  "queues are those of the topology": queues.settings,
  "dead letters are kept": queues.graves,
  "queues are polled as the topology says": queues.eventSources,
  "queues take messages only from their sources": queues.policies,
  "rules are those of the topology": rules,
  "schedules are those of the topology": schedules,
  "topics lose and leak nothing": topics,
  "tables are those of the topology": tables,
  "buckets are closed, encrypted and forget": buckets,
  "answers of Athena are encrypted": queries,
  "one key serves whom it should": key,
  "a stage keeps its data or does not": removal,
  "alarms are those of core": specified,
  "composites page for their members": composites,
  "alarms are no others": nothingElse,
};

/** Every problem that any rule finds. */
export const problemsOf = (graph: Graph): string[] => Object.values(RULES).flatMap((rule) => rule(graph));
