import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { FUNCTIONS, type FunctionName } from "@bellwether/core/topology";
import { type ApiCalls, addCalls, mergeCalls } from "./api-calls.ts";
import type { VirtualClock } from "./clock.ts";
import { addStoreUsage, noStoreUsage, type StoreUsage } from "./dynamo-units.ts";
import { runtimeEnvironment } from "./function-environment.ts";
import { type Durations, type FunctionHost, startFunction } from "./function-host.ts";
import { type FunctionLog, levelOf } from "./function-log.ts";
import { functionName } from "./physical-names.ts";

const REPOSITORY_FUNCTIONS = fileURLToPath(new URL("../../../functions", import.meta.url));

/** What one function used so far. */
export interface FunctionUsage extends Durations {
  readonly calls: ApiCalls;
  readonly store: Readonly<StoreUsage>;
  /** Bytes of its log lines, metrics included. */
  readonly logBytes: number;
}

export interface CloudFunctions {
  readonly names: ReadonlySet<FunctionName>;
  /** Runs a function that was started; a failed invocation is logged and rejects. */
  invoke(name: FunctionName, event: unknown): Promise<unknown>;
  usage(): Partial<Record<FunctionName, FunctionUsage>>;
  stop(): Promise<void>;
}

/** Starts a worker thread for each function; rejects when one cannot be loaded. */
export async function startFunctions(options: {
  names: readonly FunctionName[];
  dir: string | undefined;
  clock: VirtualClock;
  environment: Readonly<Record<string, string>>;
  log: FunctionLog;
  calls: ApiCalls;
  /** Takes an embedded-metric-format line; false when the line is none. */
  ingestEmf: (line: string) => boolean;
}): Promise<CloudFunctions> {
  const { names, dir = REPOSITORY_FUNCTIONS, clock, environment, log, calls, ingestEmf } = options;
  const write = (name: FunctionName, level: "ERROR" | "WARN" | "INFO", line: string) =>
    log.add({ at: clock.now(), function: name, level, line });

  const used = new Map<FunctionName, { calls: ApiCalls; store: StoreUsage; logBytes: number }>();
  const start = async (name: FunctionName): Promise<[FunctionName, FunctionHost]> => {
    const mine = { calls: {}, store: noStoreUsage(), logBytes: 0 };
    used.set(name, mine);
    const { handler, memoryMb, timeoutSeconds } = FUNCTIONS[name];
    const [module = "", exportName = ""] = handler.slice(handler.indexOf("/") + 1).split(".");
    const host = await startFunction({
      file: resolve(dir, `${module}.ts`),
      exportName,
      functionName: functionName(name),
      memoryMb,
      timeoutSeconds,
      clock: clock.buffer,
      environment: { ...environment, ...runtimeEnvironment(name, memoryMb) },
      onCalls: (more, store) => {
        mergeCalls(calls, more);
        mergeCalls(mine.calls, more);
        addStoreUsage(mine.store, store);
      },
      onOutput: (stream, line) => {
        mine.logBytes += line.length;
        const isMetric = stream === "stdout" && line.includes('"_aws"') && ingestEmf(line);
        if (!isMetric) write(name, levelOf(stream, line), line);
      },
    });
    return [name, host];
  };

  const started = await Promise.allSettled(names.map(start));
  const hosts = new Map(started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])));
  const stop = async () => {
    await Promise.all([...hosts.values()].map((host) => host.stop()));
  };
  const failure = started.find((result) => result.status === "rejected");
  if (failure !== undefined) {
    await stop();
    throw failure.reason;
  }

  const invoke = async (name: FunctionName, event: unknown): Promise<unknown> => {
    const host = hosts.get(name);
    if (host === undefined) throw new Error(`function ${name} is not started`);
    addCalls(calls, "lambda", "Invoke");
    try {
      return await host.invoke(event);
    } catch (error) {
      write(name, "ERROR", error instanceof Error ? (error.stack ?? error.message) : String(error));
      throw error;
    }
  };
  return {
    names: new Set(names),
    invoke,
    usage: () =>
      Object.fromEntries(
        [...hosts].map(([name, host]) => [
          name,
          structuredClone({
            ...host.durations(),
            calls: {},
            store: noStoreUsage(),
            logBytes: 0,
            ...used.get(name),
          }),
        ]),
      ),
    stop,
  };
}
