import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type PostOptions, postJson, WebhookError } from "@bellwether/aws/webhooks";
import { afterEach, describe, expect, it } from "vitest";

const SECRET_PATH = "/services/T0/B0/secret";
const running: (() => void)[] = [];
afterEach(() => {
  for (const stop of running.splice(0)) stop();
});

type Answer = (response: ServerResponse, request: IncomingMessage) => void;
const status =
  (code: number, body = "", headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body);
const silence: Answer = () => undefined;

/** A server that gives one answer after the other, the last one for ever. */
async function serve(...answers: readonly Answer[]) {
  const received: { type: string | undefined; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const body: unknown = JSON.parse(await text(request));
    received.push({ type: request.headers["content-type"], body });
    (answers[received.length - 1] ?? answers.at(-1))?.(response, request);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  running.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${SECRET_PATH}`, received };
}

/** Options that note the waits instead of waiting. */
function patient(rest: Partial<PostOptions> = {}) {
  const waited: number[] = [];
  const options: PostOptions = {
    timeoutMs: 5_000,
    backoffMs: [500, 1_500],
    wait: async (ms) => void waited.push(ms),
    ...rest,
  };
  return { options, waited };
}

async function refusal(posted: Promise<void>): Promise<string> {
  const error = await posted.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(WebhookError);
  const { message } = error as WebhookError;
  expect(message).not.toContain("secret");
  return message;
}

describe("posting to a webhook", () => {
  it("sends JSON once when it is accepted", async () => {
    const { url, received } = await serve(status(200, "ok"));
    const { options, waited } = patient();
    await postJson(url, { text: "é" }, options);
    expect(received).toEqual([{ type: "application/json", body: { text: "é" } }]);
    expect(waited).toEqual([]);
  });

  it.each([
    ["429", status(429, "rate_limited", { "retry-after": "1" }), [1_500]],
    ["429 without a hint", status(429), [1_500]],
    ["500", status(500), [1_500]],
    ["503", status(503, "maintenance"), [1_500]],
    ["a lost connection", (response: ServerResponse) => response.destroy(), [1_500]],
  ] as const)("tries again after %s", async (_what, failure, backoffMs) => {
    const { url, received } = await serve(failure, status(202, '{"status":"success"}'));
    const { options, waited } = patient({ backoffMs });
    await postJson(url, { n: 1 }, options);
    expect(received.map(({ body }) => body)).toEqual([{ n: 1 }, { n: 1 }]);
    expect(waited).toEqual(backoffMs);
  });

  it("tries again after a timeout", async () => {
    const { url, received } = await serve(silence, status(200));
    const { options, waited } = patient({ timeoutMs: 100 });
    await postJson(url, {}, options);
    expect(received).toHaveLength(2);
    expect(waited).toEqual([500]);
  });

  it("gives up with the reason after the last try", async () => {
    const { url, received } = await serve(status(500, "oops"));
    const { options, waited } = patient();
    expect(await refusal(postJson(url, {}, options))).toBe("HTTP 500: oops");
    expect(received).toHaveLength(3);
    expect(waited).toEqual([500, 1_500]);
    const quiet = await serve(silence);
    expect(await refusal(postJson(quiet.url, {}, patient({ timeoutMs: 50, backoffMs: [] }).options))).toBe(
      "no answer within 50 ms",
    );
  });

  it.each([
    [400, "invalid_payload"],
    [403, "action_prohibited"],
    [404, "no_service"],
    [410, "channel_is_archived"],
  ])("does not try again after %i, and says why", async (code, why) => {
    const { url, received } = await serve(status(code, why));
    expect(await refusal(postJson(url, {}, patient().options))).toBe(`refused: HTTP ${code}: ${why}`);
    expect(received).toHaveLength(1);
  });

  it("carries no message to where a redirect points", async () => {
    const elsewhere = await serve(status(200));
    const { url } = await serve(status(307, "", { location: elsewhere.url }));
    expect(await refusal(postJson(url, {}, patient().options))).toBe("refused: HTTP 307");
    expect(elsewhere.received).toEqual([]);
  });

  it("leaves a wait that is too long for a function to the queue", async () => {
    const { url, received } = await serve(status(429, "", { "retry-after": "30" }));
    const { options, waited } = patient();
    expect(await refusal(postJson(url, {}, options))).toBe("HTTP 429");
    expect(received).toHaveLength(1);
    expect(waited).toEqual([]);
  });

  it("names the network's reason and no address when nobody listens", async () => {
    expect(await refusal(postJson(`http://127.0.0.1:1${SECRET_PATH}`, {}, patient().options))).toMatch(
      /^no answer/,
    );
    expect(await refusal(postJson("secret, but no address", {}, patient().options))).toBe(
      "the address is no URL",
    );
  });
});
