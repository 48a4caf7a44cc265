import { gzipSync } from "node:zlib";
import { ServiceError, startJsonService } from "@bellwether/local/endpoints/json-service";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let service: Awaited<ReturnType<typeof startJsonService>>;
beforeEach(async () => {
  service = await startJsonService({
    target: "Example_2026",
    version: "1.1",
    operations: {
      Echo: (input) => input,
      Refuse: () => {
        throw new ServiceError("NoSuchThing", "there is none");
      },
      Break: () => {
        throw new TypeError("bug");
      },
    },
  });
});
afterEach(() => service.stop());

async function call(
  target: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  const response = await fetch(service.url, {
    method: "POST",
    body,
    headers: { "x-amz-target": target, ...headers },
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

describe("a JSON service", () => {
  it("maps X-Amz-Target to an operation and counts it", async () => {
    const answer = await call("Example_2026.Echo", '{"a":1}');
    expect(answer).toMatchObject({ status: 200, body: { a: 1 } });
    expect(answer.headers.get("content-type")).toBe("application/x-amz-json-1.1");
    expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    await call("Example_2026.Refuse", "{}");
    expect(service.calls).toEqual({ Echo: 1, Refuse: 1 });
  });

  it("unpacks gzip", async () => {
    const answer = await call("Example_2026.Echo", new Uint8Array(gzipSync('{"z":"é"}')), {
      "content-encoding": "gzip",
    });
    expect(answer.body).toEqual({ z: "é" });
  });

  it.each([
    ["Example_2026.Refuse", "{}", 400, "NoSuchThing"],
    ["Example_2026.Nothing", "{}", 400, "UnknownOperationException"],
    ["Example_2026.toString", "{}", 400, "UnknownOperationException"],
    ["Other.Echo", "{}", 400, "UnknownOperationException"],
    ["Example_2026.Echo", "{", 400, "SerializationException"],
    ["Example_2026.Echo", "[]", 400, "SerializationException"],
    ["Example_2026.Break", "{}", 500, "InternalFailure"],
  ])("answers %s %s with %i %s", async (target, body, status, type) => {
    expect(await call(target, body)).toMatchObject({
      status,
      body: { __type: type, message: expect.any(String) },
    });
  });

  it("stops although a client keeps its connection, and only once", async () => {
    await call("Example_2026.Echo", "{}");
    await service.stop();
    await service.stop();
    await expect(fetch(service.url)).rejects.toThrow();
  });
});
