import { INVOCATION_LOGS } from "@bellwether/core/topology";
import { whyNot } from "./answer.ts";
import { assumeRole, deliverEvents, trustOf, writesStream } from "./bedrock-access.ts";
import { blocked, type Change, changing, joined, NOTHING, noting, type Plan } from "./change.ts";
import type { LoggingState } from "./logging-state.ts";
import { allowing, parsePolicy } from "./policy-document.ts";

/** CloudWatch Logs takes two subscription filters per log group. */
const MOST_FILTERS = 2;

function planGroup({ cloudWatch: { group, groupName } }: LoggingState): Plan {
  if (group.kind !== "known") return blocked(`log group ${groupName} cannot be seen: ${whyNot(group)}`);
  const retention = { kind: "log-retention", group: groupName, days: INVOCATION_LOGS.logGroupDays } as const;
  if (group.value === undefined) return changing({ kind: "log-group", group: groupName }, retention);
  return group.value.retentionDays === undefined ? changing(retention) : NOTHING;
}

function planRole({ place, stage, cloudWatch: { groupName, role, roleName } }: LoggingState): Plan {
  // A role of somebody else's making already serves this group.
  if (roleName !== INVOCATION_LOGS.role(stage, place.region))
    return noting(`Bedrock keeps writing to ${groupName} with the role ${roleName}`);
  if (role.kind !== "known") return blocked(`role ${roleName} cannot be seen: ${whyNot(role)}`);
  const trust = JSON.stringify(trustOf(place));
  const policy = JSON.stringify(writesStream(groupName, place));
  const changes: Change[] = [];
  if (role.value === undefined) changes.push({ kind: "role", role: roleName, trust });
  else {
    const document = parsePolicy(role.value.trust);
    if (document === undefined || allowing(document, assumeRole(place)) === undefined)
      changes.push({ kind: "role-trust", role: roleName, before: role.value.trust, after: trust });
  }
  const before = role.value?.policy;
  if (!sameJson(before, policy)) changes.push({ kind: "role-policy", role: roleName, before, after: policy });
  return changing(...changes);
}

/** Order and single-element lists apart, as IAM gives a document back. */
function sameJson(one: string | undefined, other: string): boolean {
  if (one === undefined) return false;
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value))
      return value.length === 1 ? plain(value[0]) : value.map(plain).map(String).sort();
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== "Sid")
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, inner]) => [key, plain(inner)]),
    );
  };
  try {
    return JSON.stringify(plain(JSON.parse(one))) === JSON.stringify(plain(JSON.parse(other)));
  } catch {
    return false;
  }
}

function planPermission({ place, cloudWatch }: LoggingState, functionArn: string): Plan {
  const { functionPolicy, groupName } = cloudWatch;
  if (functionPolicy.kind !== "known")
    return blocked(`who may invoke ${functionArn} cannot be seen: ${whyNot(functionPolicy)}`);
  const request = deliverEvents(groupName, functionArn, place);
  const document = functionPolicy.value === undefined ? undefined : parsePolicy(functionPolicy.value);
  const services = [request.service, `logs.${place.region}.amazonaws.com`];
  const allowed =
    document !== undefined && services.some((service) => allowing(document, { ...request, service }));
  if (allowed) return NOTHING;
  return changing({
    kind: "invoke-permission",
    functionArn,
    principal: request.service,
    sourceArn: request.context["aws:SourceArn"] ?? "",
    sourceAccount: place.account,
  });
}

function planFilter({ cloudWatch: { filters, groupName } }: LoggingState, functionArn: string): Plan {
  if (filters.kind !== "known")
    return blocked(`subscriptions of ${groupName} cannot be seen: ${whyNot(filters)}`);
  const ours = filters.value.find(({ destinationArn }) => destinationArn === functionArn);
  if (ours?.pattern === "") return NOTHING;
  const others = filters.value.filter((filter) => filter !== ours);
  const kept = others.map(({ name }) => `the subscription ${name} of ${groupName} stays`);
  if (ours === undefined && others.length >= MOST_FILTERS)
    return blocked(`${groupName} has ${others.length} subscriptions already, as many as AWS allows`);
  const name = ours?.name ?? INVOCATION_LOGS.subscription;
  const after = { name, destinationArn: functionArn, pattern: "" };
  return joined(changing({ kind: "subscription", group: groupName, before: ours, after }), noting(...kept));
}

/** Makes a log group that Bedrock may write to and that feeds the stage's function. */
export function planSubscription(state: LoggingState): Plan {
  const { functionArn, stage, place } = state;
  if (functionArn === undefined)
    return blocked(
      `stage ${stage} has no function log-subscription in ${place.account}, ${place.region}; deploy it first`,
    );
  return joined(
    planGroup(state),
    planRole(state),
    planPermission(state, functionArn),
    planFilter(state, functionArn),
  );
}
