import type { Cloud } from "../cloud.ts";

/** What happened outside the lake. */
export interface FinishedRun {
  readonly alarms: ReturnType<Cloud["alarmHistory"]>;
  readonly calls: ReturnType<Cloud["calls"]>;
  readonly usage: ReturnType<Cloud["usage"]>;
  readonly pages: Awaited<ReturnType<Cloud["pages"]>>;
  readonly deadLetters: Awaited<ReturnType<Cloud["dlq"]>>;
  /** The first error lines that functions wrote. */
  readonly errors: readonly string[];
  readonly feedbackDelivered: number;
  readonly settled: boolean;
}

const ERRORS_KEPT = 3;

/** Lets everything that is under way end, copies the lake into `lakeDir` and reads off what happened around it. */
export async function finishRun(
  cloud: Cloud,
  { lakeDir, feedbackDelivered, signal }: { lakeDir: string; feedbackDelivered: number; signal: AbortSignal },
): Promise<FinishedRun> {
  const settled = await cloud.settle();
  signal.throwIfAborted();
  await cloud.exportLake(lakeDir);
  return {
    alarms: cloud.alarmHistory(),
    calls: cloud.calls(),
    usage: cloud.usage(),
    pages: await cloud.pages(),
    deadLetters: await cloud.dlq(),
    errors: cloud
      .logs()
      .filter(({ level }) => level === "ERROR")
      .slice(0, ERRORS_KEPT)
      .map(({ function: name, line }) => `${name}: ${line}`),
    feedbackDelivered,
    settled,
  };
}
