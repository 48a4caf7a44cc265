import { deterministicId, type Endpoint } from "./endpoint.ts";
import { isObject, type JsonObject, ServiceError, startJsonService } from "./json-service.ts";

/** An OpsItem as CreateOpsItem received it. */
export interface LocalOpsItem {
  readonly id: string;
  readonly title: string;
  readonly input: JsonObject;
}

export interface Ssm extends Endpoint {
  /** Every OpsItem created so far, oldest first; all are open. */
  readonly opsItems: readonly LocalOpsItem[];
}

/** Longest texts (SSM API reference, CreateOpsItem). */
const LIMITS = { Title: 1_024, Description: 2_048, Source: 128 } as const;
const DEDUP = "/aws/dedup";

const invalid = (message: string) => new ServiceError("OpsItemInvalidParameterException", message);

function requiredText(input: JsonObject, name: keyof typeof LIMITS): string {
  const text = input[name];
  if (typeof text !== "string" || text.trim() === "" || text.length > LIMITS[name])
    throw invalid(`${name} must be text of 1 to ${LIMITS[name]} characters`);
  return text;
}

/** Deduplication string of an OpsItem, which is not case sensitive; undefined when it has none. */
function dedupString({ OperationalData: data }: JsonObject): string | undefined {
  const entry = isObject(data) ? data[DEDUP] : undefined;
  if (entry === undefined) return undefined;
  let value: unknown;
  try {
    value = isObject(entry) ? JSON.parse(String(entry.Value)) : undefined;
  } catch {
    throw invalid(`${DEDUP} is not JSON`);
  }
  if (!isObject(value) || typeof value.dedupString !== "string") throw invalid(`${DEDUP} has no dedupString`);
  return value.dedupString.toLowerCase();
}

/** Starts a Systems Manager endpoint (AWS JSON 1.1) that knows CreateOpsItem. */
export async function startSsm(): Promise<Ssm> {
  const opsItems: LocalOpsItem[] = [];
  const open = new Map<string, string>();

  const create = (input: JsonObject): JsonObject => {
    const title = requiredText(input, "Title");
    requiredText(input, "Description");
    if (/aws|amazon|amzn/i.test(requiredText(input, "Source")))
      throw invalid("Source cannot contain aws, amazon or amzn");
    const dedup = dedupString(input);
    const existing = dedup === undefined ? undefined : open.get(dedup);
    if (existing !== undefined)
      throw new ServiceError("OpsItemAlreadyExistsException", `OpsItem ${existing} is open already`);
    const id = `oi-${deterministicId("ops-item", opsItems.length + 1)
      .replaceAll("-", "")
      .slice(0, 12)}`;
    opsItems.push({ id, title, input });
    if (dedup !== undefined) open.set(dedup, id);
    return { OpsItemId: id };
  };

  const endpoint = await startJsonService({
    target: "AmazonSSM",
    version: "1.1",
    operations: { CreateOpsItem: create },
  });
  return { ...endpoint, opsItems };
}
