import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ConfigError, parseConfig } from "@bellwether/core/config/config";
import { type RolloutFile, readRolloutFile } from "@bellwether/local/replay/rollout-file";
import { UsageError } from "./arguments.ts";

/** The text of a file that an option names; throws UsageError. */
export async function readText(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(
      `--${option} ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`,
    );
  }
}

async function readJson(option: string, file: string): Promise<unknown> {
  const text = await readText(option, file);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UsageError(`--${option} ${file} is not JSON`);
  }
}

/** The rollout of a `--rollout` file, null without one or when it says `null`; throws UsageError. */
export async function readRollout(file: string | undefined): Promise<RolloutFile | null> {
  if (file === undefined) return null;
  try {
    return readRolloutFile(await readJson("rollout", file));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--rollout ${file}: ${(error as Error).message}`);
  }
}

/** The JSON of a `--config` file once it has proved valid, {} without one; throws UsageError. */
export async function readConfig(file: string | undefined): Promise<Record<string, unknown>> {
  if (file === undefined) return {};
  const json = await readJson("config", file);
  try {
    parseConfig(json);
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(`--config ${file}: ${error.message}`);
    throw error;
  }
  return json as Record<string, unknown>;
}

/** The absolute path of an optional file that can be read; throws UsageError. */
export async function readable(option: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    await readFile(file);
    return resolve(file);
  } catch (error) {
    throw new UsageError(
      `--${option} ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`,
    );
  }
}
