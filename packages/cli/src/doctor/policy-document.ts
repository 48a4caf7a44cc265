import * as z from "zod";

const oneOrMore = z.union([z.string(), z.array(z.string())]);
const statementSchema = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z.union([z.literal("*"), z.record(z.string(), oneOrMore)]).optional(),
  Action: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).optional(),
});
export type Statement = z.infer<typeof statementSchema>;

const documentSchema = z.looseObject({
  Version: z.string().optional(),
  Statement: z.union([statementSchema, z.array(statementSchema)]),
});

/** A resource policy that can be read, written back and keeps what this code does not know. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly Statement[];
}

/** Reads a policy; undefined when it has a form that this code does not know. */
export function parsePolicy(text: string): PolicyDocument | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = documentSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { Version, Statement, ...rest } = parsed.data;
  return {
    ...(Version === undefined ? {} : { Version }),
    ...rest,
    Statement: Array.isArray(Statement) ? Statement : [Statement],
  };
}

/** What a service would do, as IAM sees it. */
export interface ServiceRequest {
  readonly service: string;
  readonly action: string;
  /** Undefined in a trust policy, whose resource is the role. */
  readonly resource?: string;
  readonly context: Readonly<Record<string, string>>;
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** `*` and `?` as IAM takes them. */
const matches = (pattern: string, value: string, flags = ""): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    flags,
  ).test(value);

const keyOf = (context: ServiceRequest["context"], key: string): string | undefined =>
  Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];

/** Does one condition hold? A key or an operator that is not known here counts as no. */
function holds(
  operator: string,
  key: string,
  values: readonly string[],
  { context }: ServiceRequest,
): boolean {
  const value = keyOf(context, key);
  if (value === undefined) return false;
  if (operator === "StringEquals") return values.includes(value);
  if (["StringLike", "ArnLike", "ArnEquals"].includes(operator))
    return values.some((pattern) => matches(pattern, value));
  return false;
}

const isAbout = ({ Principal, Action, Resource }: Statement, request: ServiceRequest): boolean =>
  (Principal === "*" ||
    listOf(Principal?.Service).includes(request.service) ||
    listOf(Principal?.AWS).includes("*")) &&
  listOf(Action).some((pattern) => matches(pattern, request.action, "i")) &&
  (request.resource === undefined ||
    listOf(Resource).some((pattern) => matches(pattern, request.resource ?? "")));

/** First statement that allows the request to the service itself. */
export const allowing = ({ Statement }: PolicyDocument, request: ServiceRequest): Statement | undefined =>
  Statement.find(
    (statement) =>
      statement.Effect === "Allow" &&
      statement.Principal !== "*" &&
      listOf(statement.Principal?.Service).includes(request.service) &&
      isAbout(statement, request) &&
      Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
        Object.entries(keys).every(([key, values]) => holds(operator, key, listOf(values), request)),
      ),
  );

const PLAIN_HTTP = JSON.stringify({ Bool: { "aws:SecureTransport": "false" } });

/** Statements that may deny the request: all about it but the usual refusal of plain HTTP. */
export const mayDeny = ({ Statement }: PolicyDocument, request: ServiceRequest): Statement[] =>
  Statement.filter(
    (statement) =>
      statement.Effect === "Deny" &&
      (isAbout(statement, request) || "NotPrincipal" in statement || "NotAction" in statement) &&
      JSON.stringify(statement.Condition ?? {}) !== PLAIN_HTTP,
  );

/** Does the statement ask for account and source, so that no other account's service can use it? */
export const isConfined = ({ Condition }: Statement): boolean => {
  const keys = Object.values(Condition ?? {}).flatMap((conditions) =>
    Object.keys(conditions).map((key) => key.toLowerCase()),
  );
  return keys.includes("aws:sourceaccount") || keys.includes("aws:sourcearn");
};
