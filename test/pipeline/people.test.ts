import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { POST_OPTIONS, postJson } from "@bellwether/aws/webhooks";
import { parseConfig } from "@bellwether/core/config/config";
import { channelsOf } from "@bellwether/core/notices/channels";
import type { Notice } from "@bellwether/core/notices/notice";
import { ServiceError, startJsonService } from "@bellwether/local/endpoints/json-service";
import { lambdaContext } from "@bellwether/local/lambda-context";
import type { Context, SQSEvent } from "aws-lambda";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { notice as exampleNotice } from "../core/notices/notices.ts";
import { pagerDutyFormat, slackFormat } from "../support/people-formats.ts";
import { type Pipeline, startPipeline } from "../support/running-pipeline.ts";

const ROUTING_KEY = "0123456789abcdef0123456789abcdef";
const arn = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}`;

/** What a service answers next instead of accepting: a status, or nothing at all. */
type Trouble = number | "silence";
const trouble = new Map<string, Trouble[]>();
const received: { readonly path: string; readonly body: unknown }[] = [];
/** Slack and PagerDuty: what does not have the published form is refused as they do. */
const outside = createServer(async (request, response) => {
  const path = request.url ?? "";
  const body = await json(request);
  const next = trouble.get(path)?.shift();
  if (next === "silence") return;
  const format = path === "/slack" ? slackFormat : pagerDutyFormat;
  const status = next ?? (format.safeParse(body).success ? (path === "/slack" ? 200 : 202) : 400);
  if (status < 300) received.push({ path, body });
  response.writeHead(status).end(status < 300 ? "ok" : "invalid_payload");
});

const secrets = new Map<string, string>();
let secretsManager: Awaited<ReturnType<typeof startJsonService>>;
let pipeline: Pipeline;
let notify: typeof import("../../functions/notify.ts");
let origin: string;

beforeAll(async () => {
  await new Promise<void>((listening) => outside.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
  secretsManager = await startJsonService({
    target: "secretsmanager",
    version: "1.1",
    operations: {
      GetSecretValue: ({ SecretId }) => {
        const SecretString = secrets.get(String(SecretId));
        if (SecretString === undefined) throw new ServiceError("ResourceNotFoundException", "there is none");
        return { SecretString };
      },
    },
  });
  pipeline = await startPipeline({ functions: [] });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    POWERTOOLS_LOG_LEVEL: "SILENT",
    POWERTOOLS_METRICS_DISABLED: "true",
  });
  secrets.set(arn("slack"), JSON.stringify({ url: `${origin}/slack` }));
  secrets.set(arn("pager-duty"), ROUTING_KEY);
  // The function reads its environment when it is loaded, so the pipeline has to be there first.
  notify = await import("../../functions/notify.ts");
});
afterEach(() => {
  trouble.clear();
  received.length = 0;
});
afterAll(async () => {
  outside.closeAllConnections();
  outside.close();
  await secretsManager?.stop();
  await pipeline?.stop();
});

/** The function on its real verbs; only the waits between tries are left out. */
function handlerOf(people: object) {
  const verbs = notify.channelVerbs();
  const { people: parsed } = parseConfig({ people });
  const channels = channelsOf(parsed, {
    ...verbs,
    post: (url, message) =>
      postJson(url, message, { ...POST_OPTIONS, timeoutMs: 1_000, wait: async () => undefined }),
  });
  const { sentTo, markSent } = notify.productionDeps();
  return notify.makeHandler({ sentTo, markSent, channels });
}
const everybody = () => ({
  slack: { secretArn: arn("slack") },
  pagerDuty: { secretArn: arn("pager-duty"), endpoint: `${origin}/pager-duty` },
});

const deprecated = () => undefined;
const context: Context = {
  ...lambdaContext({
    functionName: "notify",
    memoryMb: 256,
    timeoutSeconds: 30,
    requestId: "r",
    elapsedMs: () => 0,
  }),
  done: deprecated,
  fail: deprecated,
  succeed: deprecated,
};
const eventOf = (...notices: readonly Notice[]) =>
  ({
    Records: notices.map((notice, n) => ({
      messageId: `m${n}`,
      body: JSON.stringify({ MessageId: "sns", Message: JSON.stringify(notice) }),
    })),
  }) as SQSEvent;

const about = (app: string, rest: Partial<Notice> = {}): Notice =>
  exampleNotice({ app, title: `${app}: canary v2 rolled back`, dedupeKey: `rollback/${app}/2`, ...rest });
const recoveryOf = (app: string): Notice =>
  about(app, { type: "recovered", severity: "info", dedupeKey: `recovery/${app}/2`, evidence: null });

async function reached(app: string) {
  const pages = (await pipeline.pages()).filter(({ message }) => message.includes(`${app}:`));
  return {
    sns: pages.length,
    incidents: pipeline.opsItems().filter(({ title }) => title.startsWith(`${app}:`)).length,
    slack: received.filter(({ path }) => path === "/slack").length,
    pagerDuty: received
      .filter(({ path }) => path === "/pager-duty")
      .map(({ body }) => pagerDutyFormat.parse(body)),
  };
}
const again = { batchItemFailures: [{ itemIdentifier: "m0" }] };
const done = { batchItemFailures: [] };

describe("a rollback", () => {
  it("reaches every channel once, however often its notice is delivered", async () => {
    const handler = handlerOf(everybody());
    const notice = about("once");
    expect(await handler(eventOf(notice, notice), context)).toEqual(done);
    expect(await handler(eventOf(notice), context)).toEqual(done);
    expect(await reached("once")).toMatchObject({
      sns: 1,
      incidents: 1,
      slack: 1,
      pagerDuty: [{ event_action: "trigger", dedup_key: "once#2", routing_key: ROUTING_KEY }],
    });
  });

  it("reaches the others while Slack is down, and Slack by redelivery", async () => {
    trouble.set("/slack", [503, 503, 503]);
    const handler = handlerOf(everybody());
    expect(await handler(eventOf(about("slack-down")), context)).toEqual(again);
    expect(await reached("slack-down")).toMatchObject({ sns: 1, incidents: 1, slack: 0 });
    expect((await reached("slack-down")).pagerDuty).toHaveLength(1);
    expect(await handler(eventOf(about("slack-down")), context)).toEqual(done);
    expect(await reached("slack-down")).toMatchObject({ sns: 1, incidents: 1, slack: 1 });
    expect((await reached("slack-down")).pagerDuty).toHaveLength(1);
  });

  it("waits out a rate limit and a silence", async () => {
    trouble.set("/slack", [429]);
    trouble.set("/pager-duty", ["silence", 500]);
    expect(await handlerOf(everybody())(eventOf(about("busy")), context)).toEqual(done);
    const { slack, pagerDuty } = await reached("busy");
    expect([slack, pagerDuty.length]).toEqual([1, 1]);
  });

  it("is retried without a second page when a secret is missing", async () => {
    const people = { ...everybody(), slack: { secretArn: arn("nowhere") } };
    expect(await handlerOf(people)(eventOf(about("no-secret")), context)).toEqual(again);
    expect(await reached("no-secret")).toMatchObject({ sns: 1, slack: 0 });
    secrets.set(arn("nowhere"), `${origin}/slack`);
    expect(await handlerOf(people)(eventOf(about("no-secret")), context)).toEqual(done);
    expect(await reached("no-secret")).toMatchObject({ sns: 1, incidents: 1, slack: 1 });
  });

  it("goes to SNS alone when nothing else is wanted", async () => {
    expect(await handlerOf({ opsItems: false })(eventOf(about("plain")), context)).toEqual(done);
    expect(await reached("plain")).toEqual({ sns: 1, incidents: 0, slack: 0, pagerDuty: [] });
  });
});

describe("its recovery", () => {
  it("closes the incident in PagerDuty, and opens none in OpsCenter", async () => {
    const handler = handlerOf(everybody());
    expect(await handler(eventOf(about("ended"), recoveryOf("ended")), context)).toEqual(done);
    const { incidents, pagerDuty, slack, sns } = await reached("ended");
    expect([incidents, slack, sns]).toEqual([1, 2, 2]);
    expect(pagerDuty.map(({ event_action, dedup_key }) => [event_action, dedup_key])).toEqual([
      ["trigger", "ended#2"],
      ["resolve", "ended#2"],
    ]);
  });

  it("is not reopened by a page that PagerDuty could not take before", async () => {
    trouble.set("/pager-duty", [500, 500, 500]);
    const handler = handlerOf(everybody());
    expect(await handler(eventOf(about("late")), context)).toEqual(again);
    expect(await handler(eventOf(recoveryOf("late")), context)).toEqual(done);
    expect(await handler(eventOf(about("late")), context)).toEqual(done);
    const { pagerDuty } = await reached("late");
    expect(pagerDuty.map(({ event_action }) => event_action)).toEqual(["resolve"]);
  });
});

describe("a local run", () => {
  it("tells the past to nobody outside, whatever its configuration says", async () => {
    const config = { apps: ["shop"], people: { opsItems: false, ...everybody() } };
    const other = await startPipeline({ functions: [], config });
    try {
      expect(JSON.parse(other.env.BELLWETHER_CONFIG ?? "")).toEqual({
        apps: ["shop"],
        people: { opsItems: false },
      });
    } finally {
      await other.stop();
    }
  });
});
