import { readFile } from "node:fs/promises";
import { PolicyError, parseRollbackPolicy, type RollbackPolicy } from "@bellwether/core/rollout/policy";
import { UsageError } from "../arguments.ts";
import { ROLLBACK_POLICY_FILE } from "../rollback-policy-file.ts";

/** The rollback policy of `--policy`, else the one that the repository ships; throws UsageError. */
export async function readLimits(file: string | undefined): Promise<RollbackPolicy> {
  try {
    return parseRollbackPolicy(await readFile(file ?? ROLLBACK_POLICY_FILE, "utf8"));
  } catch (error) {
    if (error instanceof PolicyError) throw new UsageError(`--policy ${file}: ${error.message}`);
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(`--policy ${file} cannot be read (${code})`);
  }
}
