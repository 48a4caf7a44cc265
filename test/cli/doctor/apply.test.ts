import { apply } from "@bellwether/cli/doctor/apply";
import type { Clients } from "@bellwether/cli/doctor/clients";
import { describe, expect, it } from "vitest";

/** A client whose n-th call fails as told. */
function failing(...errors: readonly (readonly [string, number] | undefined)[]) {
  const sent: string[] = [];
  const client = {
    send: (command: { constructor: { name: string } }) => {
      const error = errors[sent.length];
      sent.push(command.constructor.name);
      if (error === undefined) return Promise.resolve({});
      const [name, httpStatusCode] = error;
      return Promise.reject(Object.assign(new Error(name), { name, $metadata: { httpStatusCode } }));
    },
  };
  return { sent, clients: { bedrock: client, logs: client } as unknown as Clients };
}
const logging = { kind: "logging", before: undefined, after: {} } as const;
const NOT_YET = ["ValidationException", 400] as const;

describe("a change", () => {
  it("waits for a role that AWS does not know everywhere yet", async () => {
    const { sent, clients } = failing(NOT_YET, NOT_YET);
    const slept: number[] = [];
    const sleep = async (ms: number) => void slept.push(ms);
    expect(await apply(logging, clients, sleep)).toEqual({ kind: "known", value: true });
    expect(sent).toHaveLength(3);
    expect(slept).toEqual([2_000, 4_000]);
  });

  it("gives up after a minute with what AWS said", async () => {
    const { clients } = failing(...Array.from({ length: 9 }, () => NOT_YET));
    let slept = 0;
    const answer = await apply(logging, clients, async (ms) => {
      slept += ms;
    });
    expect(answer).toMatchObject({ kind: "failed", reason: expect.stringContaining("ValidationException") });
    expect(slept).toBe(60_000);
  });

  it("does not wait for a permission that is missing", async () => {
    const { sent, clients } = failing(["AccessDeniedException", 403]);
    const answer = await apply(logging, clients, () => Promise.reject(new Error("slept")));
    expect(answer).toMatchObject({ kind: "denied", permission: expect.stringContaining("iam:PassRole") });
    expect(sent).toHaveLength(1);
  });
});
