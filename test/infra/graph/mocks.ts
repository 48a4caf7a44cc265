export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

interface NewResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/** Service of an ARN where it is not the module of the type token. */
const SERVICES: Readonly<Record<string, string>> = {
  "aws:cloudwatch/eventBus:EventBus": "events",
  "aws:cloudwatch/eventRule:EventRule": "events",
  "aws:cloudwatch/logGroup:LogGroup": "logs",
};

const KINDS: Readonly<Record<string, string>> = {
  "aws:cloudwatch/eventBus:EventBus": "event-bus/",
  "aws:cloudwatch/eventRule:EventRule": "rule/",
  "aws:cloudwatch/logGroup:LogGroup": "log-group:",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "alarm:",
  "aws:dynamodb/table:Table": "table/",
  "aws:iam/role:Role": "role/",
  "aws:lambda/function:Function": "function:",
  "aws:kms/key:Key": "key/",
};

/** Name that AWS would know the resource by. */
const physicalName = ({ name, inputs }: NewResource): string => String(inputs.name ?? inputs.bucket ?? name);

export function arnOf(resource: NewResource): string {
  const { type } = resource;
  const name = physicalName(resource);
  if (type.startsWith("aws:s3/")) return `arn:aws:s3:::${name}`;
  const service = SERVICES[type] ?? type.split(":")[1]?.split("/")[0];
  const region = service === "iam" ? "" : REGION;
  return `arn:aws:${service}:${region}:${ACCOUNT}:${KINDS[type] ?? ""}${name}`;
}

/** What AWS would answer when it made the resource, as far as other resources read it. */
export function created(resource: NewResource): { id: string; state: Record<string, unknown> } {
  const { type, name, inputs } = resource;
  const known = physicalName(resource);
  return {
    id: type.startsWith("aws:kms/key") || type.startsWith("aws:s3/bucket:") ? known : `${name}-id`,
    state: {
      ...inputs,
      name: known,
      arn: arnOf(resource),
      ...(type === "aws:sqs/queue:Queue" && {
        url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${known}`,
      }),
      ...(type === "aws:kms/key:Key" && { keyId: known }),
      ...(type.startsWith("random:index/randomBytes") && { base64: "AAAA" }),
    },
  };
}

interface Asked {
  readonly actions?: readonly string[];
  readonly resources?: readonly string[];
  readonly effect?: string;
  readonly sid?: string;
  readonly principals?: readonly { readonly type: string; readonly identifiers: readonly string[] }[];
  readonly conditions?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

function conditionOf(conditions: NonNullable<Asked["conditions"]>) {
  const condition: Record<string, Record<string, readonly string[]>> = {};
  for (const { test, variable, values } of conditions) {
    condition[test] = { ...condition[test], [variable]: values };
  }
  return condition;
}

/** The IAM JSON of a policy document, as the provider would write it. */
const statementOf = ({ sid, effect, actions, resources, principals, conditions }: Asked) => ({
  ...(sid !== undefined && { Sid: sid }),
  Effect: effect ?? "Allow",
  Action: actions,
  ...(resources !== undefined && { Resource: resources }),
  ...(principals !== undefined && {
    Principal: principals.some(({ type }) => type === "*")
      ? "*"
      : Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers])),
  }),
  ...(conditions !== undefined && conditions.length > 0 && { Condition: conditionOf(conditions) }),
});

/** Answers of the data sources; any other token is an error, so that nothing is made up unseen. */
export function answer(token: string, inputs: Record<string, unknown>): Record<string, unknown> {
  switch (token.split(":").at(-1)) {
    case "getCallerIdentity":
      return { accountId: ACCOUNT };
    case "getRegion":
      return { region: REGION };
    case "getPartition":
      return { partition: "aws", dnsSuffix: "amazonaws.com" };
    case "getPolicyDocument": {
      const statements = (inputs.statements ?? []) as readonly Asked[];
      return {
        ...inputs,
        json: JSON.stringify({ Version: "2012-10-17", Statement: statements.map(statementOf) }),
      };
    }
    default:
      throw new Error(`the mocks know no answer to ${token}: add it to test/infra/graph/mocks.ts`);
  }
}
