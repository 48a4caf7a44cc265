import { readSecret, SecretError } from "@bellwether/aws/secrets";
import { ServiceError, startJsonService } from "@bellwether/local/endpoints/json-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const arn = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}`;
const MINUTE = 60_000;

const secrets = new Map<string, string | undefined>();
let service: Awaited<ReturnType<typeof startJsonService>>;
beforeAll(async () => {
  service = await startJsonService({
    target: "secretsmanager",
    version: "1.1",
    operations: {
      GetSecretValue: ({ SecretId }) => {
        if (!secrets.has(String(SecretId)))
          throw new ServiceError(
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret.",
          );
        const SecretString = secrets.get(String(SecretId));
        return SecretString === undefined ? { SecretBinary: "AA==" } : { SecretString };
      },
    },
  });
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: service.url,
  });
});
afterAll(() => service.stop());

describe("a secret", () => {
  it.each([
    ["plain text", "https://hooks.slack.com/services/x\n", "https://hooks.slack.com/services/x"],
    ["a key of an object", '{"url":"https://h/x","other":1}', "https://h/x"],
    ["digits only", "12345678901234567890123456789012", "12345678901234567890123456789012"],
  ])("is read from %s", async (name, stored, value) => {
    secrets.set(arn(name), stored);
    expect(await readSecret(arn(name), "url", 0)).toBe(value);
  });

  it("is read once in five minutes, and again after that", async () => {
    const id = arn("rotated");
    const calls = () => service.calls.GetSecretValue ?? 0;
    secrets.set(id, "old");
    const before = calls();
    expect(await readSecret(id, "url", 0)).toBe("old");
    secrets.set(id, "new");
    expect(await readSecret(id, "url", 5 * MINUTE - 1)).toBe("old");
    expect(calls()).toBe(before + 1);
    expect(await readSecret(id, "url", 5 * MINUTE)).toBe("new");
    expect(calls()).toBe(before + 2);
  });

  it.each([
    ["missing", undefined, /missing cannot be read: ResourceNotFoundException/],
    ["without the key", '{"webhook":"x"}', /without the key has no text under "url"/],
    ["whose key holds no text", '{"url":7}', /has no text under "url"/],
    ["empty", " ", /has no text under "url"/],
  ])("%s is a clear error without a value", async (name, stored, message) => {
    if (stored !== undefined) secrets.set(arn(name), stored);
    await expect(readSecret(arn(name), "url", 0)).rejects.toThrow(SecretError);
    await expect(readSecret(arn(name), "url", 0)).rejects.toThrow(message);
  });

  it("of bytes holds no text", async () => {
    secrets.set(arn("bytes"), undefined);
    await expect(readSecret(arn("bytes"), "url", 0)).rejects.toThrow("bytes holds no text");
  });

  it("that was corrected is used at once", async () => {
    const id = arn("corrected");
    secrets.set(id, "{}");
    await expect(readSecret(id, "url", 0)).rejects.toThrow(SecretError);
    secrets.set(id, '{"url":"https://h/y"}');
    expect(await readSecret(id, "url", 1)).toBe("https://h/y");
  });
});
