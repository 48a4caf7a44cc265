/** A statement of an IAM policy document. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** One or many, as IAM writes them. */
export const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** Statements of a policy; none when there is no policy. */
export const statementsIn = (policy: string | undefined): readonly Statement[] =>
  policy === undefined ? [] : JSON.parse(policy).Statement;

/** Service principals that a statement allows. */
export const services = ({ Principal }: Statement): readonly string[] =>
  typeof Principal === "object" ? list(Principal.Service) : [];

/** Does the policy refuse everybody who comes without TLS? */
export const refusesPlainHttp = (policy: string | undefined): boolean =>
  statementsIn(policy).some(
    ({ Effect, Principal, Condition }) =>
      Effect === "Deny" &&
      Principal === "*" &&
      list(Condition?.Bool?.["aws:SecureTransport"]).includes("false"),
  );
