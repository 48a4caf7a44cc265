import { createServer, type IncomingMessage } from "node:http";
import { gzipSync } from "node:zlib";
import { type Endpoint, listen } from "@bellwether/local/endpoints/endpoint";

export const ACCOUNT = "111122223333";
export const REGION = "us-east-1";

interface FakeBucket {
  region: string;
  policy?: string;
  /** XML as the SDK sent it. */
  notification?: string;
  kmsKey?: string;
  objects: Record<string, { readonly at: number; readonly text: string }>;
}

interface FakeFunction {
  readonly name: string;
  readonly variables: Record<string, string>;
  policy?: { Statement: Record<string, unknown>[] };
}

/** What an AWS account holds, as far as the doctor looks; tests change it. */
export interface FakeAccount {
  logging?: Record<string, unknown> | undefined;
  buckets: Record<string, FakeBucket>;
  groups: Record<string, { retention?: number; filters: Record<string, unknown>[] }>;
  roles: Record<string, { trust: string; policies: Record<string, string> }>;
  functions: FakeFunction[];
  queues: Record<string, number>;
  alarms: string[];
  subscriptions: { protocol: string; endpoint: string; arn: string }[];
  /** Values of metric searches that contain the key. */
  metrics: Record<string, number>;
  /** Operations that are denied, or throttled for good. */
  denied: Set<string>;
  throttled: Set<string>;
  /** Operations in the order they came, reads left out. */
  writes: string[];
}

export const emptyAccount = (): FakeAccount => ({
  buckets: {},
  groups: {},
  roles: {},
  functions: [],
  queues: {},
  alarms: [],
  subscriptions: [],
  metrics: {},
  denied: new Set(),
  throttled: new Set(),
  writes: [],
});

class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, status = 400) {
    super(`${code}: as the test wants`);
    this.code = code;
    this.status = status;
  }
}

type Reply = { readonly body?: string; readonly headers?: Record<string, string> };
type Input = Record<string, never>;

const present = <T>(value: T | undefined, code: string, status = 404): T => {
  if (value === undefined) throw new Refusal(code, status);
  return value;
};
const json = (value: unknown): Reply => ({ body: JSON.stringify(value) });
const xml = (root: string, inner = ""): Reply => ({ body: `<${root}>${inner}</${root}>` });

/** Operations of the JSON and REST-JSON services, by `service.operation`. */
function jsonOperation(
  account: FakeAccount,
  name: string,
  input: Input,
  { host, pathname: path }: URL,
): Reply {
  const functionOf = () => {
    const named = decodeURIComponent(path.split("/")[3] ?? "");
    return present(
      account.functions.find((one) => named.endsWith(one.name)),
      "ResourceNotFoundException",
    );
  };
  const group = () => present(account.groups[input.logGroupName ?? ""], "ResourceNotFoundException", 400);
  switch (name) {
    case "GetModelInvocationLoggingConfiguration":
      return json(account.logging === undefined ? {} : { loggingConfig: account.logging });
    case "PutModelInvocationLoggingConfiguration":
      account.logging = input.loggingConfig;
      return json({});
    case "ListFunctions":
      return json({
        Functions: account.functions.map(({ name: FunctionName, variables }) => ({
          FunctionName,
          FunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FunctionName}`,
          Environment: { Variables: variables },
        })),
      });
    case "GetPolicy":
      return json({ Policy: JSON.stringify(present(functionOf().policy, "ResourceNotFoundException")) });
    case "AddPermission": {
      const { StatementId, Principal, SourceArn, SourceAccount } = input;
      const one = functionOf();
      one.policy ??= { Statement: [] };
      if (one.policy.Statement.some(({ Sid }) => Sid === StatementId))
        throw new Refusal("ResourceConflictException", 409);
      one.policy.Statement.push({
        Sid: StatementId,
        Effect: "Allow",
        Principal: { Service: Principal },
        Action: "lambda:InvokeFunction",
        Resource: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${one.name}`,
        Condition: {
          StringEquals: { "AWS:SourceAccount": SourceAccount },
          ArnLike: { "AWS:SourceArn": SourceArn },
        },
      });
      return json({});
    }
    case "RemovePermission": {
      const one = functionOf();
      if (one.policy)
        one.policy.Statement = one.policy.Statement.filter(({ Sid }) => !path.endsWith(String(Sid)));
      return {};
    }
    case "DescribeLogGroups":
      return json({
        logGroups: Object.entries(account.groups)
          .filter(([logGroupName]) => logGroupName.startsWith(input.logGroupNamePrefix ?? ""))
          .map(([logGroupName, { retention }]) => ({ logGroupName, retentionInDays: retention })),
      });
    case "CreateLogGroup":
      account.groups[input.logGroupName ?? ""] = { filters: [] };
      return json({});
    case "PutRetentionPolicy":
      group().retention = input.retentionInDays ?? 0;
      return json({});
    case "DescribeSubscriptionFilters":
      return json({ subscriptionFilters: group().filters });
    case "PutSubscriptionFilter":
      group().filters = [...group().filters.filter((one) => one.filterName !== input.filterName), input];
      return json({});
    case "ListQueues":
      return json({
        QueueUrls: Object.keys(account.queues).map((queue) => `http://${host}/${ACCOUNT}/${queue}`),
      });
    case "GetQueueAttributes": {
      const waiting = account.queues[String(input.QueueUrl).split("/").at(-1) ?? ""];
      return json({ Attributes: { ApproximateNumberOfMessages: String(waiting) } });
    }
    case "DescribeAlarms":
      return json({ MetricAlarms: account.alarms.map((AlarmName) => ({ AlarmName })) });
    case "GetMetricData": {
      const asked = JSON.stringify(input);
      const values = Object.entries(account.metrics).flatMap(([part, value]) =>
        asked.includes(part) ? [value] : [],
      );
      return json({ MetricDataResults: [{ Id: "total", Values: values }] });
    }
    default:
      throw new Refusal(`NoSuchOperation ${name}`, 501);
  }
}

function queryOperation(account: FakeAccount, name: string, input: URLSearchParams): Reply {
  const role = () => present(account.roles[input.get("RoleName") ?? ""], "NoSuchEntity");
  const reply = (inner: string): Reply => xml(`${name}Response`, `<${name}Result>${inner}</${name}Result>`);
  const document = () => input.get("PolicyDocument") ?? "";
  switch (name) {
    case "GetRole": {
      const Arn = `arn:aws:iam::${ACCOUNT}:role/${input.get("RoleName")}`;
      const trust = encodeURIComponent(role().trust);
      return reply(
        `<Role><Arn>${Arn}</Arn><AssumeRolePolicyDocument>${trust}</AssumeRolePolicyDocument></Role>`,
      );
    }
    case "GetRolePolicy": {
      const policy = present(role().policies[input.get("PolicyName") ?? ""], "NoSuchEntity");
      return reply(`<PolicyDocument>${encodeURIComponent(policy)}</PolicyDocument>`);
    }
    case "CreateRole":
      account.roles[input.get("RoleName") ?? ""] = {
        trust: input.get("AssumeRolePolicyDocument") ?? "",
        policies: {},
      };
      return reply("<Role/>");
    case "UpdateAssumeRolePolicy":
      role().trust = document();
      return reply("");
    case "PutRolePolicy":
      role().policies[input.get("PolicyName") ?? ""] = document();
      return reply("");
    case "ListSubscriptionsByTopic": {
      const members = account.subscriptions.map(
        ({ protocol, endpoint, arn }) =>
          `<member><Protocol>${protocol}</Protocol><Endpoint>${endpoint}</Endpoint><SubscriptionArn>${arn}</SubscriptionArn></member>`,
      );
      return reply(`<Subscriptions>${members.join("")}</Subscriptions>`);
    }
    default:
      throw new Refusal(`NoSuchOperation ${name}`, 501);
  }
}

function listing(bucket: FakeBucket, query: URLSearchParams): Reply {
  const prefix = query.get("prefix") ?? "";
  const folders = new Set<string>();
  const contents: string[] = [];
  for (const [key, { at, text }] of Object.entries(bucket.objects)) {
    if (!key.startsWith(prefix)) continue;
    const cut = key.indexOf("/", prefix.length);
    if (cut >= 0) folders.add(key.slice(0, cut + 1));
    else
      contents.push(
        `<Contents><Key>${key}</Key><LastModified>${new Date(at).toISOString()}</LastModified><Size>${text.length}</Size></Contents>`,
      );
  }
  const common = [...folders].map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`);
  return xml("ListBucketResult", [...contents, ...common].join(""));
}

/** Name of an S3 operation. */
function s3Name(method: string, query: URLSearchParams, key: string): string {
  const suffix = method === "PUT" ? "Put" : "Get";
  if (method === "HEAD") return "HeadBucket";
  if (key !== "") return "GetObject";
  if (query.has("policy")) return `${suffix}BucketPolicy`;
  if (query.has("notification")) return `${suffix}BucketNotificationConfiguration`;
  return query.has("encryption") ? "GetBucketEncryption" : "ListObjectsV2";
}

function s3Operation(account: FakeAccount, name: string, url: URL, body: string): Reply & { bytes?: Buffer } {
  const [, bucketName = "", ...rest] = decodeURIComponent(url.pathname).split("/");
  const bucket = present(account.buckets[bucketName], "NoSuchBucket");
  switch (name) {
    case "HeadBucket":
      return { headers: { "x-amz-bucket-region": bucket.region } };
    case "GetBucketPolicy":
      return { body: present(bucket.policy, "NoSuchBucketPolicy") };
    case "PutBucketPolicy":
      bucket.policy = body;
      return {};
    case "GetBucketNotificationConfiguration":
      return { body: bucket.notification ?? "<NotificationConfiguration/>" };
    case "PutBucketNotificationConfiguration":
      bucket.notification = body;
      return {};
    case "GetBucketEncryption": {
      const algorithm = bucket.kmsKey === undefined ? "AES256" : "aws:kms";
      const key = bucket.kmsKey === undefined ? "" : `<KMSMasterKeyID>${bucket.kmsKey}</KMSMasterKeyID>`;
      const rule = `<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>${algorithm}</SSEAlgorithm>${key}</ApplyServerSideEncryptionByDefault></Rule>`;
      return xml("ServerSideEncryptionConfiguration", rule);
    }
    case "ListObjectsV2":
      return listing(bucket, url.searchParams);
    default:
      return { bytes: gzipSync(present(bucket.objects[rest.join("/")], "NoSuchKey").text) };
  }
}

const REST: readonly (readonly [RegExp, string])[] = [
  [/^GET \/logging\/modelinvocations/, "GetModelInvocationLoggingConfiguration"],
  [/^PUT \/logging\/modelinvocations/, "PutModelInvocationLoggingConfiguration"],
  [/^GET \/2015-03-31\/functions\/?$/, "ListFunctions"],
  [/^GET \/2015-03-31\/functions\/[^/]+\/policy$/, "GetPolicy"],
  [/^POST \/2015-03-31\/functions\/[^/]+\/policy$/, "AddPermission"],
  [/^DELETE \/2015-03-31\/functions\/[^/]+\/policy\//, "RemovePermission"],
];

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Serves the account to real SDK clients: point AWS_ENDPOINT_URL at it. */
export function startFakeAccount(current: () => FakeAccount): Promise<Endpoint> {
  const calls: Record<string, number> = {};
  const server = createServer(async (request, response) => {
    const account = current();
    const body = await textOf(request);
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const rest = REST.find(([pattern]) => pattern.test(`${request.method} ${url.pathname}`));
    const target = request.headers["x-amz-target"];
    const form = new URLSearchParams(body);
    const isQuery = request.method === "POST" && form.has("Action");
    const name =
      rest?.[1] ??
      (typeof target === "string"
        ? (target.split(".")[1] ?? "")
        : isQuery
          ? (form.get("Action") ?? "")
          : s3Name(request.method ?? "", url.searchParams, url.pathname.split("/").slice(2).join("/")));
    const isJson = rest !== undefined || typeof target === "string";
    calls[name] = (calls[name] ?? 0) + 1;
    try {
      if (account.denied.has(name))
        throw new Refusal(isQuery ? "AccessDenied" : "AccessDeniedException", 403);
      if (account.throttled.has(name)) throw new Refusal("ThrottlingException", 429);
      if (/^(Put|Create|Update|Add|Remove)/.test(name)) account.writes.push(name);
      const reply: Reply & { bytes?: Buffer } = isJson
        ? jsonOperation(account, name, body === "" ? {} : JSON.parse(body), url)
        : isQuery
          ? queryOperation(account, name, form)
          : s3Operation(account, name, url, body);
      if (isJson) response.setHeader("content-type", "application/json");
      for (const [header, value] of Object.entries(reply.headers ?? {})) response.setHeader(header, value);
      response.end(reply.bytes ?? reply.body ?? "");
    } catch (error) {
      const { code, status } = error instanceof Refusal ? error : new Refusal(String(error), 500);
      response.statusCode = status;
      response.setHeader("x-amzn-errortype", code);
      const inner = `<Code>${code}</Code><Message>${code}</Message>`;
      response.end(
        isJson
          ? JSON.stringify({ __type: code, message: code })
          : isQuery
            ? `<ErrorResponse><Error>${inner}</Error></ErrorResponse>`
            : `<Error>${inner}</Error>`,
      );
    }
  });
  return listen(server, calls);
}
