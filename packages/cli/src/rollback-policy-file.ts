import { fileURLToPath } from "node:url";

/** Absolute path of the rollback policy that the repository ships. */
export const ROLLBACK_POLICY_FILE = fileURLToPath(
  new URL("../../../infra/policies/rollback-policy.yaml", import.meta.url),
);
