import { FUNCTIONS, type FunctionName, type QueueName, SCHEDULES } from "@bellwether/core/topology";
import type { Stage } from "./stage.ts";

interface Source {
  readonly queue: QueueName;
  readonly maxConcurrency: number;
}

const SCHEDULED = new Set<FunctionName>(Object.values(SCHEDULES).map((schedule) => schedule.function));

/** Batches of a queue that may run at once: the stage's number, else the topology's. */
export const batchesAtOnce = ({ queue, maxConcurrency }: Source, stage: Stage): number =>
  stage.queueConcurrency[queue] ?? maxConcurrency;

/**
 * Reserved concurrency: exactly what the queues of a function may take together, so that none of them is throttled by a
 * neighbour; 1 for a tick, which reads, folds and writes back; nothing for rollback, which may be rung for every app at once.
 */
export function reservedConcurrency(name: FunctionName, stage: Stage): number | undefined {
  if (SCHEDULED.has(name)) return 1;
  const { sources = [] }: { sources?: readonly Source[] } & object = FUNCTIONS[name];
  return sources.length === 0
    ? undefined
    : sources.reduce((sum, source) => sum + batchesAtOnce(source, stage), 0);
}
