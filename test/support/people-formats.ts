import * as z from "zod";

/**
 * What the services accept, as published: Slack Block Kit reference (header, section, context) and incoming webhooks;
 * PagerDuty Events API v2 (openapiv3.json of PagerDuty/api-schema, lengths from its guide); SSM API reference of
 * CreateOpsItem. Unknown keys are refused.
 */
const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal("mrkdwn"), text: z.string().min(1).max(max) });

const slackBlock = z.union([
  z.strictObject({
    type: z.literal("header"),
    text: z.strictObject({ type: z.literal("plain_text"), text: z.string().min(1).max(150) }),
  }),
  z.strictObject({ type: z.literal("section"), text: mrkdwn(3_000) }),
  z.strictObject({ type: z.literal("section"), fields: z.array(mrkdwn(2_000)).min(1).max(10) }),
  z.strictObject({ type: z.literal("context"), elements: z.array(mrkdwn(2_000)).min(1).max(10) }),
]);

export const slackFormat = z.strictObject({
  text: z.string().min(1).max(40_000),
  blocks: z.array(slackBlock).min(1).max(50),
});

const dedupKey = z.string().min(1).max(255);
const trigger = z.strictObject({
  event_action: z.literal("trigger"),
  dedup_key: dedupKey,
  client: z.string(),
  payload: z.strictObject({
    summary: z.string().min(1).max(1_024),
    source: z.string().min(1),
    severity: z.enum(["critical", "error", "warning", "info"]),
    timestamp: z.iso.datetime(),
    component: z.string(),
    class: z.string(),
    custom_details: z.record(z.string(), z.unknown()),
  }),
});
const resolve = z.strictObject({ event_action: z.literal("resolve"), dedup_key: dedupKey });

/** An event before its routing key is added. */
export const pagerDutyEventFormat = z.discriminatedUnion("event_action", [trigger, resolve]);

const routing_key = z.string().length(32);
export const pagerDutyFormat = z.discriminatedUnion("event_action", [
  trigger.extend({ routing_key }),
  resolve.extend({ routing_key }),
]);

const text = (max: number) => z.string().regex(/\S/).max(max);
export const opsItemFormat = z.strictObject({
  Title: text(1_024),
  Description: text(2_048),
  Source: text(128).regex(/^(?!.*(?:aws|amazon|amzn)).*$/i),
  Severity: z.enum(["1", "2", "3", "4"]),
  Category: z.enum(["Availability", "Cost", "Performance", "Recovery", "Security"]),
  OperationalData: z.record(
    z.string().max(128),
    z.strictObject({ Type: z.enum(["SearchableString", "String"]), Value: z.string().max(20_000) }),
  ),
});
