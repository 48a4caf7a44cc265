import diagnostics from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";

/** Service id → operation → number of HTTP requests; a retried request counts every time. */
export type ApiCalls = Record<string, Record<string, number>>;

/** Adds `n` calls to `calls`. */
export function addCalls(calls: ApiCalls, service: string, operation: string, n = 1): void {
  const operations = calls[service] ?? {};
  calls[service] = operations;
  operations[operation] = (operations[operation] ?? 0) + n;
}

/** Adds every count of `more` to `calls`. */
export function mergeCalls(calls: ApiCalls, more: ApiCalls): void {
  for (const [service, operations] of Object.entries(more)) {
    for (const [operation, n] of Object.entries(operations)) addCalls(calls, service, operation, n);
  }
}

/** Service id that an AWS SDK client names in its user agent (`api/sqs#3.1`), undefined for any other client. */
export function sdkService(userAgent: string): string | undefined {
  return /\bapi\/([a-z0-9-]+)#/.exec(userAgent)?.[1];
}

/** Operation of an SDK request, read from its target header, or from method and path for the REST services. */
export function restOperation(method: string, path: string, target: string | undefined): string {
  if (target !== undefined) return target.slice(target.indexOf(".") + 1);
  const url = new URL(path, "http://host");
  const named = url.searchParams.get("x-id");
  if (named !== null) return named;
  if (url.searchParams.has("list-type")) return "ListObjectsV2";
  if (url.pathname.startsWith("/model/")) return modelOperation(url.pathname);
  const { searchParams: query } = url;
  const hasKey = url.pathname.split("/").filter(Boolean).length > 1;
  if (method === "POST" && query.has("delete")) return "DeleteObjects";
  if (method === "POST" && query.has("uploads")) return "CreateMultipartUpload";
  if (method === "POST" && query.has("uploadId")) return "CompleteMultipartUpload";
  if (method === "HEAD") return hasKey ? "HeadObject" : "HeadBucket";
  if (method === "PUT") return hasKey ? "PutObject" : "CreateBucket";
  return method;
}

function modelOperation(path: string): string {
  const verb = path.slice(path.lastIndexOf("/") + 1);
  const words = verb.replace(/^invoke/, "invoke-model").split("-");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

/** Counts every request that AWS SDK clients of this thread start, over HTTP/1 and HTTP/2, into `calls`. */
export function observeSdkCalls(calls: ApiCalls): void {
  diagnostics.subscribe("http.client.request.created", (message) => {
    const { request } = message as { request: ClientRequest };
    const service = sdkService(String(request.getHeader("user-agent")));
    if (service === undefined) return;
    if (String(request.getHeader("content-type")).startsWith("application/x-www-form-urlencoded")) {
      countFormAction(calls, service, request);
      return;
    }
    const target = request.getHeader("x-amz-target");
    addCalls(
      calls,
      service,
      restOperation(request.method, request.path, target === undefined ? undefined : String(target)),
    );
  });
  diagnostics.subscribe("http2.client.stream.created", (message) => {
    const { headers } = message as { headers: Record<string, unknown> };
    const service = sdkService(String(headers["user-agent"]));
    if (service === undefined) return;
    addCalls(calls, service, restOperation(String(headers[":method"]), String(headers[":path"]), undefined));
  });
}

// The query protocol (SNS) names its operation in the body only.
function countFormAction(calls: ApiCalls, service: string, request: ClientRequest): void {
  const end = request.end;
  request.end = ((...args: unknown[]) => {
    const [body] = args;
    const form =
      typeof body === "string" || body instanceof Uint8Array ? Buffer.from(body).toString("utf8") : "";
    addCalls(calls, service, new URLSearchParams(form).get("Action") ?? "Unknown");
    return Reflect.apply(end, request, args);
  }) as typeof end;
}
