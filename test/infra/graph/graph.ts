/** A resource of a deploy: Pulumi's type token, logical name and resolved inputs. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** It stays in AWS when the stage is taken down. */
  readonly retained: boolean;
}

/** How a function is packed: files beside its code as `from to`, and whether late imports stay late. */
export interface Packed {
  readonly copies: readonly string[];
  readonly splitting: boolean;
}

/** Everything one stage deploys, sorted by type and name, what `app()` says and the names of what the deploy prints. */
export interface Graph {
  readonly stage: string;
  readonly app: { readonly name: string; readonly removal: string; readonly protect: boolean };
  readonly outputs: readonly string[];
  readonly packed: Readonly<Record<string, Packed>>;
  readonly resources: readonly Resource[];
}
