import { createOpsItem } from "@bellwether/aws/ops-items";
import type { OpsItem } from "@bellwether/core/notices/ops-item";
import { type Ssm, startSsm } from "@bellwether/local/endpoints/ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let ssm: Ssm;
beforeAll(async () => {
  ssm = await startSsm();
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_SSM: ssm.url,
  });
});
afterAll(() => ssm.stop());

const item = (dedupString: string | null, rest: Partial<OpsItem> = {}): OpsItem => ({
  Title: `rollback ${dedupString}`,
  Description: "why",
  Source: "bellwether",
  Severity: "1",
  Category: "Availability",
  OperationalData:
    dedupString === null
      ? {}
      : { "/aws/dedup": { Type: "SearchableString", Value: JSON.stringify({ dedupString }) } },
  ...rest,
});
const titles = () => ssm.opsItems.map(({ title }) => title);

describe("CreateOpsItem", () => {
  it("opens one item per deduplication string, whatever its case", async () => {
    for (const key of ["bot#1", "bot#1", "BOT#1", "bot#2"]) await createOpsItem(item(key));
    expect(titles()).toEqual(["rollback bot#1", "rollback bot#2"]);
    expect(ssm.calls).toEqual({ CreateOpsItem: 4 });
    expect(new Set(ssm.opsItems.map(({ id }) => id)).size).toBe(2);
    for (const { id } of ssm.opsItems) expect(id).toMatch(/^oi-[0-9a-f]{12}$/);
  });

  it("without a deduplication string always opens one", async () => {
    const before = titles().length;
    await createOpsItem(item(null));
    await createOpsItem(item(null));
    expect(titles()).toHaveLength(before + 2);
  });

  it.each([
    ["an empty title", item("x", { Title: " " })],
    ["a title that is too long", item("x", { Title: "x".repeat(1_025) })],
    ["a description that is too long", item("x", { Description: "x".repeat(2_049) })],
    ["a source named after AWS", item("x", { Source: "my-aws-tool" })],
    [
      "a deduplication string that is none",
      item("x", { OperationalData: { "/aws/dedup": { Type: "SearchableString", Value: "x" } } }),
    ],
  ])("refuses %s", async (_what, bad) => {
    const before = titles().length;
    await expect(createOpsItem(bad)).rejects.toMatchObject({ name: "OpsItemInvalidParameterException" });
    expect(titles()).toHaveLength(before);
  });
});
