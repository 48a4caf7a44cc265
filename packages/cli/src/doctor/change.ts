import type { LoggingConfig } from "@aws-sdk/client-bedrock";
import type { NotificationConfiguration } from "@aws-sdk/client-s3";
import type { SubscriptionFilter } from "./logging-state.ts";

/** One thing to change in the account; texts are JSON. */
export type Change =
  | {
      readonly kind: "bucket-policy";
      readonly bucket: string;
      readonly before: string | undefined;
      readonly after: string;
    }
  | {
      readonly kind: "bucket-events";
      readonly bucket: string;
      readonly before: NotificationConfiguration;
      readonly after: NotificationConfiguration;
    }
  | { readonly kind: "log-group"; readonly group: string }
  | { readonly kind: "log-retention"; readonly group: string; readonly days: number }
  | { readonly kind: "role"; readonly role: string; readonly trust: string }
  | {
      readonly kind: "role-trust";
      readonly role: string;
      readonly before: string;
      readonly after: string;
    }
  | {
      readonly kind: "role-policy";
      readonly role: string;
      readonly before: string | undefined;
      readonly after: string;
    }
  | {
      readonly kind: "invoke-permission";
      readonly functionArn: string;
      readonly principal: string;
      readonly sourceArn: string;
      readonly sourceAccount: string;
    }
  | {
      readonly kind: "subscription";
      readonly group: string;
      readonly before: SubscriptionFilter | undefined;
      readonly after: SubscriptionFilter;
    }
  | {
      readonly kind: "logging";
      readonly before: LoggingConfig | undefined;
      readonly after: LoggingConfig;
    };

/** What has to change, in an order in which no step needs a later one. */
export interface Plan {
  readonly changes: readonly Change[];
  /** Why nothing may be changed; empty when it may. */
  readonly blockers: readonly string[];
  /** What somebody else set up and stays as it is, and what a person should know. */
  readonly notes: readonly string[];
}

export const NOTHING: Plan = { changes: [], blockers: [], notes: [] };

export const joined = (...plans: readonly Plan[]): Plan => ({
  changes: plans.flatMap(({ changes }) => changes),
  blockers: plans.flatMap(({ blockers }) => blockers),
  notes: plans.flatMap(({ notes }) => notes),
});

export const changing = (...changes: readonly Change[]): Plan => ({ ...NOTHING, changes });
export const blocked = (...blockers: readonly string[]): Plan => ({ ...NOTHING, blockers });
export const noting = (...notes: readonly string[]): Plan => ({ ...NOTHING, notes });
