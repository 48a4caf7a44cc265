/** A resource of a deploy: Pulumi's type token, logical name and resolved inputs. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** It stays in AWS when the stage is taken down. */
  readonly retained: boolean;
}

/** Everything one stage deploys, sorted by type and name, what `app()` says and the names of what the deploy prints. */
export interface Graph {
  readonly stage: string;
  readonly app: { readonly name: string; readonly removal: string; readonly protect: boolean };
  readonly outputs: readonly string[];
  readonly resources: readonly Resource[];
}
