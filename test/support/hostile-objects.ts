import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type Chat, chatRecord, DAY_MS, line, zipped } from "./chat-record.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** Event time of the good neighbours. */
const AT = DAY_MS + 30 * MINUTE;
const MIB = 1024 * 1024;

/** One log object and the fate of everything in it. */
export interface HostileObject {
  readonly name: string;
  readonly bytes: Buffer;
  /** Request ids kept, each once. */
  readonly kept: readonly string[];
  /** Line (null: the whole object) and reason of everything kept aside. */
  readonly aside?: readonly (readonly [number | null, string])[];
  /** Kept aside by count, for objects whose rows are too many to list. */
  readonly asideCount?: number;
  readonly duplicate?: number;
  readonly ignored?: number;
}

const good = (id: string, more: Partial<Chat> = {}): string => line(chatRecord({ id, at: AT, ...more }));
const raw = (...lines: readonly string[]): Buffer => Buffer.from(lines.map((text) => `${text}\n`).join(""));
const without = (record: Record<string, unknown>, key: string): string => {
  const { [key]: _, ...rest } = record;
  return line(rest);
};

/** Good lines around each bad one: the bad ones must cost their neighbours nothing. */
function between(name: string, bad: readonly (readonly [string, string])[]): HostileObject {
  const ids = Array.from({ length: bad.length + 1 }, (_, i) => `${name}-${i}`);
  const lines = bad.flatMap(([text], i) => [good(ids[i] ?? ""), text]);
  return {
    name,
    bytes: zipped(...lines, good(ids.at(-1) ?? "")),
    kept: ids,
    aside: bad.map(([, reason], i) => [2 * i + 2, reason] as const),
  };
}

const tokens = (input: unknown): string =>
  line(chatRecord({ id: "t", at: AT, overrides: { input: { inputTokenCount: input } } }));

function damaged(): HostileObject[] {
  const torn = zipped(good("torn-0"), good("torn-1", { answer: randomBytes(60_000).toString("base64") }));
  const flipped = zipped(good("flipped-0"));
  flipped.writeUInt32LE(0, flipped.length - 8);
  return [
    { name: "torn", bytes: torn.subarray(0, 40_000), kept: ["torn-0"], aside: [[null, "gzip_damaged"]] },
    { name: "flipped", bytes: flipped, kept: ["flipped-0"], aside: [[null, "gzip_damaged"]] },
    {
      name: "no-gzip",
      bytes: Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.from("these are no gzip bytes at all")]),
      kept: [],
      aside: [[null, "gzip_damaged"]],
    },
    {
      name: "bomb",
      bytes: gzipSync(Buffer.concat([raw(good("bomb-0")), Buffer.alloc(80 * MIB, "x")])),
      kept: ["bomb-0"],
      aside: [[null, "gzip_bomb"]],
    },
    {
      name: "long-line",
      bytes: gzipSync(
        Buffer.concat([raw(good("long-0")), Buffer.alloc(50 * MIB, "x"), raw("", good("long-1"))]),
      ),
      kept: ["long-0", "long-1"],
      aside: [[2, "line_too_long"]],
    },
  ];
}

function wrong(): HostileObject[] {
  const record = chatRecord({ id: "w", at: AT });
  const late = (ms: number): string => good("w", { at: AT + ms });
  const deep = "[".repeat(200_000) + "]".repeat(200_000);
  return [
    between("syntax", [
      [good("half").slice(0, 300), "not_json"],
      ["not JSON at all", "not_json"],
      [good("nan").replace('"inputTokenCount":10', '"inputTokenCount":NaN'), "not_json"],
      [`${good("x")}${good("half").slice(0, 300)}`, "not_json"],
      ["42", "not_object"],
      ["null", "not_object"],
      ["[]", "not_object"],
      ['"text"', "not_object"],
      [`{"requestId":${deep}}`, "too_deep"],
      [deep, "too_deep"],
    ]),
    between("types", [
      [line({ ...record, requestId: 7 }), "invalid_field"],
      [line({ ...record, requestId: "" }), "missing_field"],
      [line({ ...record, timestamp: null }), "missing_field"],
      [line({ ...record, timestamp: "yesterday" }), "invalid_timestamp"],
      [line({ ...record, timestamp: "2026-02-30T00:00:00Z" }), "invalid_timestamp"],
      [line({ ...record, operation: "Telepathy" }), "unknown_operation"],
      [line({ ...record, modelId: ["x"] }), "invalid_field"],
      [line({ ...record, input: "text" }), "invalid_field"],
      [line({ ...record, requestMetadata: [1] }), "invalid_field"],
      [line({ ...record, schemaVersion: "2.0" }), "unsupported_schema_version"],
      [line({ ...record, schemaType: "Other" }), "not_model_invocation"],
      [without(record, "requestId"), "missing_field"],
      [without(record, "modelId"), "missing_field"],
      [tokens(-1), "invalid_tokens"],
      [tokens(1.5), "invalid_tokens"],
      [tokens("12"), "invalid_tokens"],
      [tokens(null), "invalid_tokens"],
      [tokens(1e300), "invalid_tokens"],
    ]),
    between("times", [
      [late(4 * HOUR), "timestamp_out_of_range"],
      [late(-31 * 24 * HOUR), "timestamp_out_of_range"],
      [late(300 * 365 * 24 * HOUR), "timestamp_out_of_range"],
    ]),
    {
      name: "empties",
      bytes: gzipSync(Buffer.alloc(2_000_000 * 3, "{}\n")),
      kept: [],
      asideCount: 10_001,
    },
    { name: "empties-array", bytes: zipped(`[${"{},".repeat(60_000)}{}]`), kept: [], asideCount: 10_001 },
    { name: "empties-glued", bytes: zipped("{}".repeat(60_000)), kept: [], asideCount: 10_001 },
  ];
}

function odd(): HostileObject[] {
  const polluted = good("proto-0", {
    variant: "__proto__",
    user: "constructor",
    overrides: { modelId: "constructor" },
  }).replace(/^\{/, '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},');
  const again = good("again-0");
  const wide = "規".repeat(256);
  return [
    { name: "proto", bytes: zipped(polluted, good("proto-1")), kept: ["proto-0", "proto-1"] },
    {
      name: "surrogates",
      bytes: zipped(
        good("surrogate-0"),
        good("surrogate-1", { variant: "\ud800", user: "\udfff", answer: "half \ud83d an emoji" }),
        good("surrogate-2", { tags: { app: "sh\ud800op" } }),
        good("surrogate-3", { overrides: { modelId: "some.\udc00model" } }),
      ),
      kept: ["surrogate-0", "surrogate-1", "surrogate-2", "surrogate-3"],
    },
    {
      name: "long-names",
      bytes: zipped(
        good("wide-0"),
        good("wide-1", { variant: wide, user: wide, tags: { app: wide, session: wide } }),
        good("wide-2", { user: "\u0001".repeat(256), overrides: { modelId: "/:".repeat(1_000) } }),
      ),
      kept: ["wide-0", "wide-1", "wide-2"],
    },
    { name: "again-a", bytes: zipped(again, again), kept: ["again-0"], duplicate: 1 },
    {
      name: "again-b",
      bytes: zipped(good("again-1"), again, good("again-0", { answer: "Another answer." })),
      kept: ["again-1"],
      duplicate: 1,
      aside: [[3, "id_conflict"]],
    },
    {
      name: "glued",
      bytes: raw(good("glued-0") + good("glued-1"), `[${good("glued-2")},${good("glued-3")}]`),
      kept: ["glued-0", "glued-1", "glued-2", "glued-3"],
    },
    {
      name: "glued-again",
      bytes: raw(good("twin-0") + good("twin-0"), good("twin-1") + good("twin-1", { answer: "Other." })),
      kept: ["twin-0", "twin-1"],
      duplicate: 1,
      aside: [[2, "id_conflict"]],
    },
    {
      name: "pretty",
      bytes: Buffer.from(JSON.stringify(chatRecord({ id: "pretty-0", at: AT }), null, 2)),
      kept: ["pretty-0"],
    },
    {
      name: "pretty-array",
      bytes: Buffer.from(
        JSON.stringify(
          ["pretty-1", "pretty-2"].map((id) => chatRecord({ id, at: AT })),
          null,
          2,
        ),
      ),
      kept: ["pretty-1", "pretty-2"],
    },
    {
      name: "lone-brace",
      bytes: raw("{", good("brace-0"), good("brace-1")),
      kept: ["brace-0", "brace-1"],
      aside: [[1, "not_json"]],
    },
    {
      name: "windows",
      bytes: Buffer.from(`\ufeff${good("crlf-0")}\r\n\r\n${good("crlf-1")}\r\n  \r\n${good("crlf-2")}`),
      kept: ["crlf-0", "crlf-1", "crlf-2"],
      ignored: 2,
    },
    { name: "blank", bytes: zipped(""), kept: [], ignored: 1 },
    { name: "nothing", bytes: gzipSync(""), kept: [] },
    {
      name: "foreign",
      bytes: zipped(
        good("foreign-0"),
        good("foreign-1", {
          overrides: {
            output: {
              outputBodyS3Path: "s3://somebody-elses-bucket/data/secret.json.gz",
              outputTokenCount: 5,
            },
          },
        }),
      ),
      kept: ["foreign-0", "foreign-1"],
    },
  ];
}

/** Every bad input that the product promises to survive, beside good neighbours, in delivery order. */
export const hostileObjects = (): HostileObject[] => [...damaged(), ...wrong(), ...odd()];
