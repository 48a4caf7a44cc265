import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { FUNCTIONS, type FunctionName } from "@bellwether/core/topology";
import { type ApiCalls, addCalls, mergeCalls } from "./api-calls.ts";
import type { VirtualClock } from "./clock.ts";
import { addStoreUsage, noStoreUsage, type StoreUsage } from "./dynamo-units.ts";
import { bundleFunctions } from "./function-bundles.ts";
import { runtimeEnvironment } from "./function-environment.ts";
import { type Durations, type FunctionHost, hostFunction } from "./function-host.ts";
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

/** Hosts each function in a worker thread of its own; rejects when one cannot be built. */
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
  const folder = await bundleFolder(dir, names);
  const host = (name: FunctionName): FunctionHost => {
    const mine = { calls: {}, store: noStoreUsage(), logBytes: 0 };
    used.set(name, mine);
    const { memoryMb, timeoutSeconds } = FUNCTIONS[name];
    const { module, exportName } = handlerOf(name);
    return hostFunction({
      file: join(folder, `${module}.mjs`),
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
  };
  const hosts = new Map(names.map((name) => [name, host(name)]));

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
    stop: async () => {
      await Promise.all([...hosts.values()].map((host) => host.stop()));
    },
  };
}

/** Folder of the bundles of a folder's functions: always of all of them, so that it is built once whoever asks for which. */
async function bundleFolder(dir: string, names: readonly FunctionName[]): Promise<string> {
  const fileOf = (name: FunctionName) => resolve(dir, `${handlerOf(name).module}.ts`);
  const missing = names.map(fileOf).find((file) => !existsSync(file));
  if (missing !== undefined) throw new Error(`there is no function ${missing}`);
  return bundleFunctions((Object.keys(FUNCTIONS) as FunctionName[]).map(fileOf).filter(existsSync));
}

function handlerOf(name: FunctionName): { readonly module: string; readonly exportName: string } {
  const [module = "", exportName = ""] = basename(FUNCTIONS[name].handler).split(".");
  return { module, exportName };
}
