import type { VirtualClock } from "../clock.ts";
import { deterministicId, type Endpoint, LOCAL_ACCOUNT, LOCAL_REGION } from "./endpoint.ts";
import { compilePattern } from "./event-pattern.ts";
import { isObject, type JsonObject, ServiceError, startJsonService } from "./json-service.ts";

type BusName = "default" | "app";

export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds, `Z`. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
}

/** What a service emits; the bus fills in what is left out of the envelope. */
export type RaisedEvent = Pick<BusEvent, "source" | "detail-type" | "detail"> & Partial<BusEvent>;

export interface EventBridgeRule<Target> {
  readonly name: string;
  readonly bus: BusName;
  readonly pattern: JsonObject;
  readonly target: Target;
}

export interface EventBridgeOptions<Target> {
  readonly clock: VirtualClock;
  readonly rules: readonly EventBridgeRule<Target>[];
  /** Called once per matching rule, in rule order; PutEvents answers after it, so that a drained queue means a delivered event. */
  readonly deliver: (target: Target, event: BusEvent) => Promise<void>;
  /** Bus name on the wire → bus; `default` is always the default bus. */
  readonly buses?: Readonly<Record<string, BusName>>;
}

export interface EventBridge extends Endpoint {
  /** Puts an event of an AWS service (or of the runner) on a bus; rejects when a delivery does. */
  raise(bus: BusName, event: RaisedEvent): Promise<void>;
  /** Entries sent to a bus that does not exist, by bus name: accepted and lost, as AWS does. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** PutEvents limits (EventBridge quotas): entries per call, bytes of all entries, nesting levels of a detail. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 1024 * 1024;
const MAX_NESTING = 1_000;

type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

/** Starts an EventBridge endpoint (AWS JSON 1.1, PutEvents); throws when a rule's pattern is invalid. */
export async function startEventBridge<Target>(options: EventBridgeOptions<Target>): Promise<EventBridge> {
  const { clock, deliver } = options;
  const buses: Readonly<Record<string, BusName>> = { ...options.buses, default: "default" };
  const rules = options.rules.map((rule) => ({ ...rule, matches: compilePattern(rule.pattern) }));
  const dropped: Record<string, number> = {};
  let events = 0;

  const nextId = () => {
    events += 1;
    return deterministicId("event", events);
  };

  const raise = async (bus: BusName, raised: RaisedEvent): Promise<void> => {
    const event: BusEvent = {
      version: "0",
      id: raised.id ?? nextId(),
      "detail-type": raised["detail-type"],
      source: raised.source,
      account: raised.account ?? LOCAL_ACCOUNT,
      time: raised.time ?? wholeSeconds(clock.now()),
      region: raised.region ?? LOCAL_REGION,
      resources: raised.resources ?? [],
      detail: raised.detail,
    };
    for (const rule of rules) {
      if (rule.bus === bus && rule.matches({ ...event })) await deliver(rule.target, event);
    }
  };

  const putEntry = async (entry: unknown): Promise<EntryResult> => {
    const parsed = parseEntry(entry);
    if ("ErrorCode" in parsed) return parsed;
    const id = nextId();
    const bus = Object.hasOwn(buses, parsed.busName) ? buses[parsed.busName] : undefined;
    if (bus === undefined) {
      dropped[parsed.busName] = (dropped[parsed.busName] ?? 0) + 1;
      return { EventId: id };
    }
    try {
      await raise(bus, { ...parsed.event, id });
      return { EventId: id };
    } catch (error) {
      return { ErrorCode: "InternalFailure", ErrorMessage: String(error) };
    }
  };

  const putEvents = async (input: JsonObject): Promise<JsonObject> => {
    const entries = Array.isArray(input.Entries) ? input.Entries : [];
    if (entries.length < 1 || entries.length > MAX_ENTRIES) {
      throw new ServiceError(
        "ValidationException",
        `Entries must hold 1 to ${MAX_ENTRIES} entries, got ${entries.length}`,
      );
    }
    if (entries.reduce((sum, entry) => sum + entryBytes(entry), 0) >= MAX_BYTES) {
      throw new ServiceError(
        "ValidationException",
        `all entries together must be smaller than ${MAX_BYTES} bytes`,
      );
    }
    const results: EntryResult[] = [];
    for (const entry of entries) results.push(await putEntry(entry));
    return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
  };

  const endpoint = await startJsonService({
    target: "AWSEvents",
    version: "1.1",
    operations: { PutEvents: putEvents },
  });
  return { ...endpoint, raise, dropped };
}

function parseEntry(
  entry: unknown,
): { busName: string; event: RaisedEvent } | { ErrorCode: string; ErrorMessage: string } {
  if (!isObject(entry)) return refused("InvalidArgument", "an entry must be an object");
  const { Source: source, DetailType: detailType, Detail: detail, Time: time } = entry;
  if (typeof source !== "string" || source === "") return refused("InvalidArgument", "Source is required");
  if (typeof detailType !== "string" || detailType === "")
    return refused("InvalidArgument", "DetailType is required");
  if (typeof detail !== "string") return refused("InvalidArgument", "Detail is required");
  if (source.startsWith("aws."))
    return refused("NotAuthorizedForSourceException", `${source} belongs to AWS`);
  const parsed = parseDetail(detail);
  if (parsed === undefined) return refused("MalformedDetail", "Detail must be a JSON object");
  const name = typeof entry.EventBusName === "string" ? entry.EventBusName : "default";
  return {
    busName: name.startsWith("arn:") ? name.slice(name.lastIndexOf("/") + 1) : name,
    event: {
      source,
      "detail-type": detailType,
      detail: parsed,
      ...(typeof time === "number" ? { time: wholeSeconds(time * 1_000) } : {}),
      ...(Array.isArray(entry.Resources) ? { resources: entry.Resources.map(String) } : {}),
    },
  };
}

function parseDetail(text: string): JsonObject | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return isObject(detail) && nesting(detail) <= MAX_NESTING ? detail : undefined;
  } catch {
    return undefined; // the caller answers MalformedDetail
  }
}

function nesting(value: unknown): number {
  let depth = 0;
  for (let level: unknown[] = [value]; level.length > 0; depth += 1) {
    level = level
      .flatMap((node) => Object.values(node as object))
      .filter((node) => typeof node === "object" && node !== null);
  }
  return depth;
}

/** 14 bytes for a Time plus the UTF-8 bytes of the texts (EventBridge guide, entry size). */
function entryBytes(entry: unknown): number {
  if (!isObject(entry)) return 0;
  const resources = Array.isArray(entry.Resources) ? entry.Resources : [];
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...resources].filter(
    (text) => typeof text === "string",
  );
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), entry.Time === undefined ? 0 : 14);
}

function refused(ErrorCode: string, ErrorMessage: string): { ErrorCode: string; ErrorMessage: string } {
  return { ErrorCode, ErrorMessage };
}

function wholeSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
