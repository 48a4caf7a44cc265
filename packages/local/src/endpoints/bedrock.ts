import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { createServer as createTcp } from "node:net";
import { TITAN_MODEL_ID } from "@bellwether/core/config/config";
import { hashedNgrams } from "@bellwether/core/prompts/ngrams";
import type { VirtualClock } from "../clock.ts";
import { deterministicId, type Endpoint, listen } from "./endpoint.ts";
import { isObject, type JsonObject } from "./json-service.ts";

export interface BedrockRequest {
  readonly modelId: string;
  readonly body: unknown;
}

export interface BedrockFault {
  /** An exception of the service, or an answer that misbehaves: a tool input of the wrong shape, prose instead of the tool, a refusal. */
  readonly error:
    | "ThrottlingException"
    | "ServiceUnavailableException"
    | "ModelTimeoutException"
    | "InternalServerException"
    | "malformed"
    | "no_tool"
    | "refusal";
}

export interface BedrockOptions {
  readonly clock: VirtualClock;
  /** The body of a Converse response. */
  readonly answer: (request: BedrockRequest) => unknown | Promise<unknown>;
  readonly faults?: (request: BedrockRequest) => BedrockFault | undefined;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly errorType?: string;
}

/** HTTP codes of the Bedrock Runtime API reference. */
const STATUS = {
  ValidationException: 400,
  ResourceNotFoundException: 404,
  ModelTimeoutException: 408,
  ThrottlingException: 429,
  InternalServerException: 500,
  ServiceUnavailableException: 503,
} as const;

const OPERATIONS: Readonly<Record<string, string>> = {
  converse: "Converse",
  "converse-stream": "ConverseStream",
  invoke: "InvokeModel",
  "invoke-with-response-stream": "InvokeModelWithResponseStream",
};

/** Starts a Bedrock Runtime endpoint (REST-JSON, HTTP/2 without TLS and HTTP/1 on one port) that answers Converse. */
export function startBedrock({ clock, answer, faults }: BedrockOptions): Promise<Endpoint> {
  const calls: Record<string, number> = {};
  let requests = 0;

  const reply = async (
    method: string | undefined,
    url: string,
    chunks: AsyncIterable<Buffer>,
  ): Promise<Reply> => {
    const [, model = "", action = ""] = /^\/model\/([^/]+)\/([^/?]+)$/.exec(url) ?? [];
    const operation = Object.hasOwn(OPERATIONS, action) ? OPERATIONS[action] : undefined;
    const parts: Buffer[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    if (method !== "POST" || operation === undefined)
      return refusal("ResourceNotFoundException", `${method} ${url} is nothing here`);
    calls[operation] = (calls[operation] ?? 0) + 1;
    const body = parseJson(Buffer.concat(parts).toString("utf8"));
    if (body === undefined) return refusal("ValidationException", "the body is not a JSON object");
    if (operation === "InvokeModel" && decodeURIComponent(model) === TITAN_MODEL_ID)
      return { status: 200, body: standInEmbedding(String(body.inputText), Number(body.dimensions)) };
    if (operation !== "Converse")
      return refusal(
        "ValidationException",
        `${operation} is not served here, only Converse and Titan embeddings`,
      );

    const request = { modelId: decodeURIComponent(model), body };
    const fault = faults?.(request)?.error;
    switch (fault) {
      case undefined:
        return { status: 200, body: await answer(request) };
      case "malformed":
      case "no_tool":
      case "refusal":
        return { status: 200, body: misbehave(fault, await answer(request)) };
      default:
        return refusal(fault, `${fault} on request at ${new Date(clock.now()).toISOString()}`);
    }
  };

  const handle = (
    request: IncomingMessage | Http2ServerRequest,
    response: Pick<ServerResponse | Http2ServerResponse, "setHeader" | "statusCode"> & {
      end(text: string): unknown;
    },
  ): void => {
    requests += 1;
    response.setHeader("x-amzn-requestid", deterministicId("bedrock", requests));
    response.setHeader("content-type", "application/json");
    reply(request.method, request.url ?? "", request)
      .catch((error: unknown) => refusal("InternalServerException", String(error)))
      .then(({ status, body, errorType }) => {
        response.statusCode = status;
        if (errorType !== undefined) response.setHeader("x-amzn-errortype", errorType);
        response.end(JSON.stringify(body));
      });
  };

  const http1 = createHttp1(handle);
  const http2 = createHttp2(handle);
  const server = createTcp((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", (first) => {
      socket.pause();
      socket.unshift(first);
      // HTTP/2 with prior knowledge opens with the preface `PRI * HTTP/2.0` (RFC 9113 §3.4).
      (first.toString("latin1", 0, 3) === "PRI" ? http2 : http1).emit("connection", socket);
      process.nextTick(() => socket.resume());
    });
  });
  return listen(server, calls);
}

/** In place of Titan: hashed n-grams folded to the asked number of dimensions, length 1. */
function standInEmbedding(text: string, dimensions: number): JsonObject {
  const vector = new Array<number>(dimensions).fill(0);
  for (const [index, value] of hashedNgrams(text))
    vector[index % dimensions] = (vector[index % dimensions] ?? 0) + value;
  const length = Math.hypot(...vector) || 1;
  return {
    embedding: vector.map((value) => value / length),
    inputTextTokenCount: Math.ceil(text.length / 4),
  };
}

function refusal(errorType: keyof typeof STATUS, message: string): Reply {
  return { status: STATUS[errorType], errorType, body: { message } };
}

/** Turns a good answer into one that a judge must not trust; usage and metrics stay, since such answers are billed too. */
function misbehave(fault: "malformed" | "no_tool" | "refusal", good: unknown): JsonObject {
  const body = isObject(good) ? good : {};
  const say = (text: string, stopReason: string): JsonObject => ({
    ...body,
    output: { message: { role: "assistant", content: [{ text }] } },
    stopReason,
  });
  if (fault === "no_tool") return say("Looks fine to me.", "end_turn");
  if (fault === "refusal") return say("This content cannot be discussed here.", "content_filtered");
  const message = isObject(body.output) && isObject(body.output.message) ? body.output.message : {};
  const content: readonly unknown[] = Array.isArray(message.content) ? message.content : [];
  const spoiled = content.map((block) =>
    isObject(block) && isObject(block.toolUse)
      ? { toolUse: { ...block.toolUse, input: { unexpected: ["shape"] } } }
      : block,
  );
  return { ...body, output: { message: { ...message, content: spoiled } } };
}

function parseJson(text: string): JsonObject | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : undefined;
  } catch {
    return undefined; // the caller answers ValidationException
  }
}
