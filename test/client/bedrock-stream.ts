import { createServer } from "node:http2";
import { crc32 } from "node:zlib";
import { type Endpoint, listen } from "@bellwether/local/endpoints/endpoint";

/** One message of a ConverseStream answer: an event, or the exception that ends it. */
export type StreamMessage =
  | { readonly event: string; readonly body: unknown }
  | { readonly exception: string; readonly body: unknown };

export interface StreamedRequest {
  readonly url: string;
  readonly body: Record<string, unknown>;
}

/** Starts a Bedrock Runtime endpoint (HTTP/2 without TLS) that streams what `answer` yields, each message as soon as it is yielded. */
export function startBedrockStream(
  answer: (request: StreamedRequest) => AsyncIterable<StreamMessage> | Iterable<StreamMessage>,
): Promise<Endpoint> {
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests += 1;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    response.setHeader("x-amzn-requestid", `stream-${requests}`);
    response.setHeader("content-type", "application/vnd.amazon.eventstream");
    const body = JSON.parse(Buffer.concat(parts).toString("utf8"));
    for await (const message of answer({ url: request.url, body })) response.write(encode(message));
    response.end();
  });
  return listen(server, {});
}

/** A message in the binary form of Amazon event streams: lengths, checksum, headers, payload, checksum. */
function encode(message: StreamMessage): Buffer {
  const [type, name] =
    "event" in message ? (["event", message.event] as const) : (["exception", message.exception] as const);
  const headers = Buffer.concat([
    header(":message-type", type),
    header(`:${type}-type`, name),
    header(":content-type", "application/json"),
  ]);
  const payload = Buffer.from(JSON.stringify(message.body));
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + headers.length + payload.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  const checked = Buffer.concat([prelude, checksum(prelude), headers, payload]);
  return Buffer.concat([checked, checksum(checked)]);
}

function header(name: string, value: string): Buffer {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(Buffer.byteLength(value));
  const STRING = 7;
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([STRING]),
    size,
    Buffer.from(value),
  ]);
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
