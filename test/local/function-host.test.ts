import { fileURLToPath } from "node:url";
import type { ApiCalls } from "@bellwether/local/api-calls";
import { createClock } from "@bellwether/local/clock";
import { FunctionError, type FunctionHost, hostFunction } from "@bellwether/local/function-host";
import { afterEach, describe, expect, it, vi } from "vitest";

const file = fileURLToPath(new URL("../fixtures/functions/slow.ts", import.meta.url));
const clock = createClock(Date.parse("2026-06-01T00:00:00Z"));
const output: string[] = [];
let calls: ApiCalls[] = [];
let host: FunctionHost;

const start = (options: { exportName?: string; timeoutSeconds?: number } = {}) => {
  calls = [];
  output.length = 0;
  host = hostFunction({
    file,
    exportName: "handler",
    functionName: "bellwether-slow",
    memoryMb: 256,
    timeoutSeconds: 30,
    clock: clock.buffer,
    environment: { ONLY: "this" },
    onOutput: (stream, line) => output.push(`${stream}: ${line}`),
    onCalls: (more) => calls.push(more),
    ...options,
  });
};
afterEach(() => host?.stop());

describe("hostFunction", () => {
  it("gives the handler Lambda's context, exactly its environment and the virtual time", async () => {
    start();
    const answer = await host.invoke({});
    expect(answer).toMatchObject({
      functionName: "bellwether-slow",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:bellwether-slow",
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/bellwether-slow",
      awsRequestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/),
      now: "2026-06-01T00:00:00.000Z",
      env: { ONLY: "this" },
    });
    const { left, env } = answer as { left: number; env: Record<string, string> };
    expect(left).toBeGreaterThan(20_000);
    expect(left).toBeLessThanOrEqual(30_000);
    expect(Object.keys(env)).toEqual(["ONLY"]);
    clock.set(Date.parse("2026-06-02T00:00:00Z"));
    expect(await host.invoke({})).toMatchObject({ now: "2026-06-02T00:00:00.000Z" });
    expect(host.durations()).toMatchObject({ invocations: 2, errors: 0, memoryMb: 256 });
    expect(host.durations().billedMs).toBeGreaterThanOrEqual(2);
  });

  it("rejects with name, message and stack of what the handler threw, after its output", async () => {
    start({ exportName: "broken" });
    const error = await host.invoke({}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FunctionError);
    expect(error).toMatchObject({ kind: "threw", name: "RangeError", message: "broken on purpose" });
    expect((error as FunctionError).stack).toContain("slow.ts");
    expect(output).toEqual(["stderr: about to break"]);
  });

  it.each(["hang", "spin"])(
    "ends a handler that runs longer than its timeout (%s) and serves the next invocation",
    async (how) => {
      start({ timeoutSeconds: 0.3 });
      const slow = host.invoke({ [how]: true });
      await expect(slow).rejects.toMatchObject({ kind: "timeout" });
      expect(host.durations().billedMs).toBeGreaterThanOrEqual(300);
      expect(await host.invoke({})).toMatchObject({ functionName: "bellwether-slow" });
    },
  );

  it("finds a new thread after one that died between two invocations", async () => {
    start({ exportName: "dies" });
    const first = await host.invoke({ die: true });
    await vi.waitFor(async () => expect(await host.invoke({})).not.toBe(first));
    const second = await host.invoke({});
    expect(await host.invoke({})).toBe(second);
  });

  it("runs one invocation at a time in the order of the calls", async () => {
    start();
    const ids = await Promise.all(
      [1, 2, 3].map(async () => (await host.invoke({})) as { awsRequestId: string }),
    );
    expect(new Set(ids.map(({ awsRequestId }) => awsRequestId)).size).toBe(3);
    expect(calls).toEqual([{}, {}, {}]);
  });

  it("rejects a module without that handler, and any invocation after stop", async () => {
    start({ exportName: "missing" });
    for (const _ of ["first", "again"])
      await expect(host.invoke({})).rejects.toThrow("exports no function missing");
    start();
    await host.stop();
    await expect(host.invoke({})).rejects.toMatchObject({ kind: "crashed" });
  });
});
