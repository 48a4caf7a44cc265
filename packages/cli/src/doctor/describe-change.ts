import { unifiedDiff } from "../registry/unified-diff.ts";
import type { Change } from "./change.ts";

const pretty = (json: string | undefined): string => {
  if (json === undefined) return "";
  try {
    return `${JSON.stringify(JSON.parse(json), null, 2)}\n`;
  } catch {
    return `${json}\n`;
  }
};

const diff = (before: string | undefined, after: string): string =>
  unifiedDiff(pretty(before), pretty(after), ["before", "after"]);

const objects = (before: unknown, after: unknown): string =>
  diff(before === undefined ? undefined : JSON.stringify(before), JSON.stringify(after));

interface Described {
  readonly title: string;
  /** Unified diff of what is there and what will be. */
  readonly diff: string;
}

/** A change as people read it: what it does, and what is there before and after. */
export function describeChange(change: Change): Described {
  switch (change.kind) {
    case "bucket-policy":
      return {
        title: `bucket ${change.bucket}: let Bedrock write its logs`,
        diff: diff(change.before, change.after),
      };
    case "bucket-events":
      return {
        title: `bucket ${change.bucket}: announce new objects to EventBridge`,
        diff: objects(change.before, change.after),
      };
    case "log-group":
      return { title: `log group ${change.group}: make it`, diff: "" };
    case "log-retention":
      return {
        title: `log group ${change.group}: keep events for ${change.days} days, then they expire`,
        diff: "",
      };
    case "role":
      return {
        title: `role ${change.role}: make it, for Bedrock to assume`,
        diff: diff(undefined, change.trust),
      };
    case "role-trust":
      return {
        title: `role ${change.role}: let Bedrock assume it`,
        diff: diff(change.before, change.after),
      };
    case "role-policy":
      return {
        title: `role ${change.role}: let it write to the log group`,
        diff: diff(change.before, change.after),
      };
    case "invoke-permission":
      return {
        title: `function ${change.functionArn}: let ${change.principal} invoke it for ${change.sourceArn}`,
        diff: "",
      };
    case "subscription":
      return {
        title: `log group ${change.group}: send its events to ${change.after.destinationArn}`,
        diff: objects(change.before, change.after),
      };
    case "logging":
      return {
        title: "Bedrock's model invocation logging of this account and Region",
        diff: objects(change.before, change.after),
      };
  }
}
