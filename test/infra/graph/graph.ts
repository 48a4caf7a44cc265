/** A resource of a deploy: Pulumi's type token, logical name and resolved inputs. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Everything one stage deploys, sorted by type and name, and what the deploy prints. */
export interface Graph {
  readonly stage: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly resources: readonly Resource[];
}

/** Resources of a Pulumi type token. */
export const ofType = (graph: Graph, type: string): readonly Resource[] =>
  graph.resources.filter((resource) => resource.type === type);
