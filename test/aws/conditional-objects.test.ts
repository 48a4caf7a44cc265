import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { objectStore } from "@bellwether/aws/object-store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** An S3 that answers every request with one status and keeps what it was asked: the local one knows no If-Match. */
let server: Server;
let status = 200;
const asked: unknown[] = [];
const before = { ...process.env };

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume().on("end", () => {
      asked.push([request.method, request.headers["if-match"]]);
      response.writeHead(status, { "content-type": "application/xml" }).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_MAX_ATTEMPTS: "1",
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});
afterAll(() => {
  process.env = before;
  server.closeAllConnections();
  server.close();
});

describe("an object that is replaced or removed only while it is the one that was read", () => {
  const store = objectStore("lake");
  it.each([
    [200, true, true],
    [412, false, false],
    [409, false, false],
    [404, false, true],
  ])("status %i", async (answer, replaced, removed) => {
    status = answer;
    asked.length = 0;
    expect(await store.replace("a", Buffer.from("b"), '"tag"')).toBe(replaced);
    expect(await store.remove("a", '"tag"')).toBe(removed);
    expect(asked).toEqual([
      ["PUT", '"tag"'],
      ["DELETE", '"tag"'],
    ]);
  });

  it("any other answer is an error", async () => {
    status = 403;
    await expect(store.replace("a", Buffer.from("b"), '"tag"')).rejects.toThrow();
    await expect(store.remove("a", '"tag"')).rejects.toThrow();
  });
});
