import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import { APP_BUS } from "./physical-names.ts";

/** EventBridge limit of entries per call. */
const MAX_ENTRIES = 10;

export interface AppEvents {
  /** Keeps one event of the watched app for the next call; sends when a call is full. */
  put(detailType: "feedback" | "interaction" | "look", detail: unknown, at: number): Promise<void>;
  /** Sends what is kept. */
  flush(): Promise<void>;
}

/** Puts events on the app bus as an app does, up to ten per call; rejects when the bus refuses one. */
export function createAppEvents(client: EventBridgeClient, count: () => void): AppEvents {
  let entries: PutEventsRequestEntry[] = [];
  const flush = async () => {
    if (entries.length === 0) return;
    const Entries = entries;
    entries = [];
    count();
    const answer = await client.send(new PutEventsCommand({ Entries }));
    const refused = answer.Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
    if (refused !== undefined)
      throw new Error(`an app event was refused: ${refused.ErrorCode} ${refused.ErrorMessage}`);
  };
  return {
    flush,
    put: async (DetailType, detail, at) => {
      entries.push({
        EventBusName: APP_BUS,
        Source: "bellwether.app",
        DetailType,
        Detail: JSON.stringify(detail),
        Time: new Date(at),
      });
      if (entries.length >= MAX_ENTRIES) await flush();
    },
  };
}
