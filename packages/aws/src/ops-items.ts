import { CreateOpsItemCommand, OpsItemAlreadyExistsException, SSMClient } from "@aws-sdk/client-ssm";
import type { OpsItem } from "@bellwether/core/notices/ops-item";
import { QUIET } from "./clients.ts";

const TIMEOUT_MS = 5_000;

// Here and not in clients.ts: no other function should load this SDK.
let client: SSMClient | undefined;

/** Opens an incident in OpsCenter; one that is open under the same deduplication string already is enough. */
export async function createOpsItem({ OperationalData, ...item }: OpsItem): Promise<void> {
  client ??= new SSMClient(QUIET);
  try {
    await client.send(new CreateOpsItemCommand({ ...item, OperationalData: { ...OperationalData } }), {
      abortSignal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    if (!(error instanceof OpsItemAlreadyExistsException)) throw error;
  }
}
