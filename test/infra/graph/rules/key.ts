import { stageOf } from "../../../../infra/stage.ts";
import type { Graph } from "../graph.ts";
import { all, canonical, differences, setDifferences } from "../lookup.ts";
import { ACCOUNT } from "../mocks.ts";
import { list, services, statementsIn } from "../policy.ts";

interface Key {
  readonly policy: string;
}

/** What each service that writes to us as itself does with the key. */
const USERS = {
  "bedrock.amazonaws.com": ["kms:GenerateDataKey"],
  "cloudwatch.amazonaws.com": ["kms:Decrypt", "kms:GenerateDataKey"],
  "events.amazonaws.com": ["kms:Decrypt", "kms:GenerateDataKey"],
  "sns.amazonaws.com": ["kms:Decrypt", "kms:GenerateDataKey"],
};

/** EventBridge sends KMS neither aws:SourceAccount nor aws:SourceArn; queues say which rules and topics may send. */
const HELD_TO_ACCOUNT = ["bedrock.amazonaws.com", "cloudwatch.amazonaws.com"];

/** One key that rotates, is kept as long as what it encrypted, and serves exactly the services that need it. */
export const key = (graph: Graph): string[] => {
  const { keepsData } = stageOf(graph.stage);
  const [found, ...others] = all<Key>(graph, "kms/key:Key");
  if (found === undefined || others.length > 0) return [`${others.length + (found ? 1 : 0)} keys, not one`];
  const statements = statementsIn(found.inputs.policy);
  const people = statements.filter((statement) => services(statement).length === 0);
  const uses = statements.flatMap((statement) =>
    services(statement).flatMap((service) => list(statement.Action).map((action) => `${service} ${action}`)),
  );
  return [
    ...differences("key", found.inputs, {
      enableKeyRotation: true,
      deletionWindowInDays: keepsData ? 30 : 7,
    }),
    ...differences("key", found, { retained: keepsData }),
    ...setDifferences(
      "uses of the key",
      uses,
      Object.entries(USERS).flatMap(([service, actions]) => actions.map((action) => `${service} ${action}`)),
    ),
    ...setDifferences(
      "principals of the key",
      people.map(({ Principal }) => canonical(Principal)),
      [canonical({ AWS: [`arn:aws:iam::${ACCOUNT}:root`] })],
    ),
    ...statements
      .filter((statement) => services(statement).some((service) => HELD_TO_ACCOUNT.includes(service)))
      .filter(({ Condition }) => !list(Condition?.StringEquals?.["aws:SourceAccount"]).includes(ACCOUNT))
      .map((statement) => `${services(statement)} uses the key for any account`),
  ];
};
