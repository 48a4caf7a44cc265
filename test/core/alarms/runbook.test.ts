import { alarmsOf } from "@bellwether/core/alarms";
import { compositesOf } from "@bellwether/core/alarms/composites";
import { renderRunbook } from "@bellwether/core/alarms/runbook";
import { METRICS } from "@bellwether/core/metrics";
import { expect, it } from "vitest";
import { everythingFor } from "../../support/alarm-config.ts";

const alarms = alarmsOf(everythingFor("APP"));
const composites = compositesOf(alarms);
const text = renderRunbook(alarms, composites);

it("is the committed runbook (vitest -u writes it anew)", async () => {
  await expect(text).toMatchFileSnapshot("../../../infra/RUNBOOK.md");
});

it("has an entry for every alarm, once", () => {
  const headings = [...text.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
  expect(new Set(headings).size).toBe(headings.length);
  for (const { name, runbook } of [...alarms, ...composites]) {
    expect(headings).toContain(runbook.family);
    expect(text.split(`### ${runbook.family}\n`)[1]?.split("\n### ")[0], name).toContain(`\`${name}\``);
  }
});

it("says of every metric that counts trouble which alarm watches it, or why none does", () => {
  const [watched = "", leftOut = ""] = text.split("## What has no alarm");
  const trouble = Object.keys(METRICS).filter((name) =>
    /Fail|Invalid|Unread|Throttl|Quarantin|Refused|Held|Unconf/.test(name),
  );
  expect(trouble.length).toBeGreaterThan(8);
  for (const name of trouble) expect(`${watched}${leftOut}`, name).toContain(name);
});
