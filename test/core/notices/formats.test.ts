import { clip } from "@bellwether/core/notices/clip";
import { incidentKey } from "@bellwether/core/notices/incident";
import { nextSteps } from "@bellwether/core/notices/next-steps";
import { type Notice, noticeSchema } from "@bellwether/core/notices/notice";
import { opsItem } from "@bellwether/core/notices/ops-item";
import { renderPage } from "@bellwether/core/notices/page";
import { pagerDutyEvent } from "@bellwether/core/notices/pager-duty-event";
import { slackMessage } from "@bellwether/core/notices/slack-message";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { opsItemFormat, pagerDutyEventFormat, slackFormat } from "../../support/people-formats.ts";
import { openTemporaryLake } from "../../support/temporary-lake.ts";
import { AT, EVIDENCE, notice } from "./notices.ts";

const QUERIES = ["bellwether query --saved worst-answers", "bellwether query --saved quality-by-variant"];

describe("what travels", () => {
  it("is read back, and nothing else is", () => {
    expect(noticeSchema.parse(JSON.parse(JSON.stringify(notice())))).toEqual(notice());
    expect(noticeSchema.safeParse({ ...notice(), type: "party" }).success).toBe(false);
    expect(noticeSchema.safeParse({ ...notice(), dedupeKey: undefined }).success).toBe(false);
  });
});

describe("a page", () => {
  it("without evidence carries severity, title, time and every line", () => {
    expect(renderPage(notice({ title: "bot: rolled back", lines: ["one", "two"], evidence: null }))).toEqual({
      subject: "[critical] bot: rolled back",
      body: "bot: rolled back\nat 2026-10-06T16:00:00.000Z\n\none\ntwo",
    });
  });

  it("shows both arms, the strength of the evidence, the worst answers and what to do next", () => {
    const { body } = renderPage(notice());
    expect(body.split("\n").slice(6)).toEqual([
      "| | stable | canary |",
      "|---|---|---|",
      "| requests | 400 | 100 |",
      "| quality (weighted) | 0.85 [0.83, 0.87], n_eff 210 | 0.61 [0.55, 0.67], n_eff 48 |",
      "| cost per request, USD | 0.004 | no data |",
      "e-value 512 against 100, from 2026-10-06T14:00:00.000Z to 2026-10-06T15:45:00.000Z, v2 at 20 % of traffic",
      "worst: r-1 quality 0.05",
      "worst: r-2 quality 0.10",
      "worst: r-3 quality 0.13",
      "next: bellwether why r-1",
      ...QUERIES.map((query) => `next: ${query}`),
    ]);
  });
});

describe("a Slack message", () => {
  const { text, blocks } = slackMessage(notice());
  const json = JSON.stringify(blocks);

  it("has the published form and says everything", () => {
    expect(slackFormat.parse({ text, blocks })).toEqual({ text, blocks });
    expect(text).toBe("[critical] bot: canary v2 rolled back to v1 by quality_degradation");
    expect(blocks.map(({ type }) => type)).toEqual([
      "header",
      "section",
      "section",
      "section",
      "section",
      "section",
      "context",
    ]);
    for (const part of [
      "canary v2: 0.61 [0.55, 0.67], n_eff 48\\nstable v1: 0.85 [0.83, 0.87], n_eff 210",
      "e-value 512 against 100",
      "r-3 quality 0.13",
      "`bellwether why r-1`",
      "bot generation 2",
    ])
      expect(json).toContain(part);
  });

  it("leaves out the parts it has nothing for", () => {
    const bare = slackMessage(notice({ evidence: null })).blocks;
    expect(bare.map(({ type }) => type)).toEqual(["header", "section", "context"]);
    const noAnswers = slackMessage(notice({ evidence: { ...EVIDENCE, worst: [] } }));
    expect(JSON.stringify(noAnswers)).not.toMatch(/Worst answers|bellwether why/);
  });

  it("calls nobody whom a name from a log would call", () => {
    const loud = notice({ app: "<!channel>", title: "<!here> & <@U1>", lines: ["<!everyone>"] });
    const { text: shown, blocks: said } = slackMessage(loud);
    expect(shown).toBe("[critical] &lt;!here&gt; &amp; &lt;@U1&gt;");
    const formatted = said.filter(({ type }) => type !== "header");
    expect(JSON.stringify(formatted)).not.toMatch(/<[!@]/);
  });
});

describe("a PagerDuty event", () => {
  it.each([
    ["rollback", "critical", "trigger", "critical"],
    ["shared_breach", "high", "trigger", "error"],
    ["not_recovered", "critical", "trigger", "critical"],
  ] as const)("of %s (%s) is a %s with severity %s", (type, severity, action, mapped) => {
    const event = pagerDutyEvent(notice({ type, severity }));
    expect(pagerDutyEventFormat.parse(event)).toMatchObject({
      event_action: action,
      dedup_key: "bot#2",
      payload: { severity: mapped, source: "bot", component: "v2", class: "avg_quality_score" },
    });
  });

  it("carries the numbers, the evidence, the worst answers and the next commands", () => {
    expect(pagerDutyEvent(notice())).toMatchObject({
      payload: {
        timestamp: new Date(AT).toISOString(),
        custom_details: {
          reason: notice().lines.join("\n"),
          numbers: { requests: { canary: "100", stable: "400" } },
          e_value: 512.3,
          e_value_limit: 100,
          worst_answers: EVIDENCE.worst,
          next: ["bellwether why r-1", ...QUERIES],
        },
      },
    });
  });

  it("closes the incident it opened when recovery is verified, and only then", () => {
    const recovered = pagerDutyEvent(notice({ type: "recovered", severity: "info", evidence: null }));
    expect(recovered).toEqual({ event_action: "resolve", dedup_key: "bot#2" });
    expect(pagerDutyEventFormat.parse(recovered)).toEqual(recovered);
    expect(pagerDutyEvent(notice({ type: "recovery_unknown", severity: "info" }))).toBeNull();
  });
});

describe("an OpsItem", () => {
  it("has the published form, the numbers and one deduplication string per incident", () => {
    const item = opsItem(notice());
    expect(opsItemFormat.parse(item)).toMatchObject({
      Title: notice().title,
      Source: "bellwether",
      Severity: "1",
      Category: "Availability",
    });
    expect(item?.OperationalData["/aws/dedup"]).toEqual({
      Type: "SearchableString",
      Value: '{"dedupString":"bot#2"}',
    });
    for (const part of ["| requests | 400 | 100 |", "e-value 512", "- worst: r-1", "`bellwether why r-1`"])
      expect(item?.Description).toContain(part);
  });

  it.each([
    ["cost_per_request", "Cost"],
    ["p95_latency", "Performance"],
    ["error_rate", "Availability"],
  ])("about %s is in the category %s", (metric, category) => {
    expect(opsItem(notice({ evidence: { ...EVIDENCE, metric } }))?.Category).toBe(category);
  });

  it("is opened for a rollback only", () => {
    for (const type of ["shared_breach", "recovered", "not_recovered", "recovery_unknown"] as const)
      expect(opsItem(notice({ type }))).toBeNull();
  });
});

describe("the next steps", () => {
  it("paste no text from a log into a shell", () => {
    const hostile = { ...EVIDENCE, worst: [{ requestId: "x; rm -rf ~", score: 0 }, ...EVIDENCE.worst] };
    expect(nextSteps({ evidence: hostile })[0]).toBe("bellwether why r-1");
    expect(nextSteps({ evidence: null })).toEqual([]);
  });

  it("hold SQL that the lake answers", async () => {
    const lake = await openTemporaryLake({});
    try {
      for (const metric of ["error_rate", "p95_latency"]) {
        const [command] = nextSteps({ evidence: { ...EVIDENCE, metric, worst: [] } });
        const sql = /^bellwether query "([^"$`]+)"$/.exec(command ?? "")?.[1];
        expect(await lake.select(sql ?? "")).toEqual([]);
      }
    } finally {
      lake.remove();
    }
  });
});

describe("limits", () => {
  const anyNotice: fc.Arbitrary<Notice> = fc
    .record({
      app: fc.string({ unit: "binary", minLength: 1, maxLength: 400 }),
      title: fc.string({ unit: "binary", minLength: 1, maxLength: 4_000 }),
      lines: fc.array(fc.string({ unit: "grapheme", maxLength: 4_000 }), { maxLength: 3 }),
      worst: fc.array(
        fc.record({
          requestId: fc.string({ maxLength: 300 }),
          score: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
        }),
        {
          maxLength: 3,
        },
      ),
      cell: fc.string({ maxLength: 3_000 }),
      count: fc.integer({ min: 1, max: 12 }),
    })
    .map(({ app, title, lines, worst, cell, count }) =>
      notice({
        app,
        title: `${title}: rolled back`,
        lines,
        evidence: {
          ...EVIDENCE,
          canary: app,
          worst,
          rows: Array.from({ length: count }, () => ({ name: "n", stable: cell, canary: cell })),
        },
      }),
    );

  it("of every service hold for any name, however long", () => {
    fc.assert(
      fc.property(anyNotice, (any) => {
        slackFormat.parse(slackMessage(any));
        pagerDutyEventFormat.parse(pagerDutyEvent(any));
        opsItemFormat.parse(opsItem(any));
        expect(noticeSchema.parse(JSON.parse(JSON.stringify(any)))).toEqual(any);
      }),
      { numRuns: 200 },
    );
  });

  it("cut no character in half", () => {
    expect(clip("abc", 3)).toBe("abc");
    expect(clip("abcd", 3)).toBe("ab…");
    expect(clip("a😀bc", 3)).toBe("a…");
  });

  it("keep the keys of two incidents apart", () => {
    const long = "a".repeat(300);
    expect(incidentKey({ app: "bot", generation: 2 })).toBe("bot#2");
    expect(incidentKey({ app: long, generation: 1 })).toHaveLength(66);
    expect(incidentKey({ app: long, generation: 1 })).not.toBe(
      incidentKey({ app: `${long}a`, generation: 1 }),
    );
    expect(incidentKey({ app: long, generation: 1 })).not.toBe(incidentKey({ app: long, generation: 2 }));
  });
});
