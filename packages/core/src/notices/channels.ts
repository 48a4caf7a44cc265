import type { Config } from "../config/config.ts";
import type { Channel } from "./deliver.ts";
import { recoveryKey } from "./incident.ts";
import { type OpsItem, opsItem } from "./ops-item.ts";
import { renderPage } from "./page.ts";
import { pagerDutyEvent } from "./pager-duty-event.ts";
import { slackMessage } from "./slack-message.ts";

/** What the channels do to the world. */
export interface ChannelVerbs {
  readonly publish: (subject: string, body: string) => Promise<void>;
  readonly createOpsItem: (item: OpsItem) => Promise<void>;
  readonly readSecret: (arn: string, key: string) => Promise<string>;
  readonly post: (url: string, message: unknown) => Promise<void>;
  readonly sentTo: (dedupeKey: string) => Promise<ReadonlySet<string>>;
}

type People = Config["people"];

function slack({ secretArn }: NonNullable<People["slack"]>, verbs: ChannelVerbs): Channel {
  return {
    name: "slack",
    send: async (notice) => {
      await verbs.post(await verbs.readSecret(secretArn, "url"), slackMessage(notice));
      return "sent";
    },
  };
}

function pagerDuty({ secretArn, endpoint }: NonNullable<People["pagerDuty"]>, verbs: ChannelVerbs): Channel {
  return {
    name: "pager_duty",
    send: async (notice) => {
      const event = pagerDutyEvent(notice);
      if (event === null) return "not_addressed";
      // A page that an outage held back until after the recovery would open an incident that nothing closes.
      if (notice.type === "rollback" && (await verbs.sentTo(recoveryKey(notice))).has("pager_duty"))
        return "not_addressed";
      await verbs.post(endpoint, {
        routing_key: await verbs.readSecret(secretArn, "routingKey"),
        ...event,
      });
      return "sent";
    },
  };
}

/** The channels of a stage: SNS always and first, the others as configured. */
export function channelsOf(people: People, verbs: ChannelVerbs): Channel[] {
  const sns: Channel = {
    name: "sns",
    send: async (notice) => {
      const { subject, body } = renderPage(notice);
      await verbs.publish(subject, body);
      return "sent";
    },
  };
  const opsItems: Channel = {
    name: "ops_items",
    send: async (notice) => {
      const item = opsItem(notice);
      if (item === null) return "not_addressed";
      await verbs.createOpsItem(item);
      return "sent";
    },
  };
  return [
    sns,
    ...(people.opsItems ? [opsItems] : []),
    ...(people.slack === undefined ? [] : [slack(people.slack, verbs)]),
    ...(people.pagerDuty === undefined ? [] : [pagerDuty(people.pagerDuty, verbs)]),
  ];
}
