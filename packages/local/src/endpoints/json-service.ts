import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { deterministicId, type Endpoint, listen } from "./endpoint.ts";

export type JsonObject = Record<string, unknown>;
/** Answers one operation; throws ServiceError to refuse. */
type Operation = (input: JsonObject) => JsonObject | Promise<JsonObject>;

/** A refusal as AWS words it: `{__type, message}` with an HTTP status. */
export class ServiceError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

export interface JsonServiceOptions {
  /** The part of X-Amz-Target before the dot, e.g. `AWSEvents`. */
  readonly target: string;
  readonly version: "1.0" | "1.1";
  readonly operations: Readonly<Record<string, Operation>>;
}

/** Whether `value` is a JSON object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Starts an HTTP/1 server for the AWS JSON 1.0 or 1.1 protocol. */
export function startJsonService({ target, version, operations }: JsonServiceOptions): Promise<Endpoint> {
  const calls: Record<string, number> = {};
  let requests = 0;

  const answer = async (request: IncomingMessage): Promise<JsonObject> => {
    const name = operationName(request, target);
    const operation = name !== undefined && Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (name === undefined || operation === undefined) {
      throw new ServiceError("UnknownOperationException", `${target} here has no operation ${name}`);
    }
    calls[name] = (calls[name] ?? 0) + 1;
    return operation(await readInput(request));
  };

  const server = createServer((request, response) => {
    requests += 1;
    response.setHeader("content-type", `application/x-amz-json-${version}`);
    response.setHeader("x-amzn-requestid", deterministicId(target, requests));
    answer(request).then(
      (output) => send(response, 200, output),
      (error: unknown) => {
        const refusal =
          error instanceof ServiceError ? error : new ServiceError("InternalFailure", String(error), 500);
        send(response, refusal.status, { __type: refusal.type, message: refusal.message });
      },
    );
  });
  return listen(server, calls);
}

function operationName(request: IncomingMessage, target: string): string | undefined {
  const header = String(request.headers["x-amz-target"] ?? "");
  return header.startsWith(`${target}.`) ? header.slice(target.length + 1) : undefined;
}

async function readInput(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  let input: unknown;
  try {
    const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    input = text.length === 0 ? {} : JSON.parse(text.toString("utf8"));
  } catch (error) {
    throw new ServiceError("SerializationException", `the body cannot be read: ${error}`);
  }
  if (!isObject(input)) throw new ServiceError("SerializationException", "the body is not a JSON object");
  return input;
}

function send(response: ServerResponse, status: number, output: JsonObject): void {
  response.statusCode = status;
  response.end(JSON.stringify(output));
}
