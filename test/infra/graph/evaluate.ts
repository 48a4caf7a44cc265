/** A process of its own: evaluates the real sst.config.ts with SST's real components on Pulumi's mocks and writes the graph. */
import nodeCrypto from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { appOf, bundleStack, type Edit } from "./bundle.ts";
import { startCliStub } from "./cli-stub.ts";
import type { Graph, Resource } from "./graph.ts";
import { answer, created } from "./mocks.ts";
import { checkInternals, PLATFORM } from "./platform.ts";

interface Options {
  readonly retainOnDelete?: boolean;
}

type Program = () => Promise<Record<string, unknown>>;

interface Bundle {
  readonly pulumi: {
    readonly runtime: {
      setMocks(mocks: object, project: string, stack: string, preview: boolean, org: string): Promise<void>;
      registerStackTransformation(
        see: (args: { type: string; name: string; opts: Options }) => undefined,
      ): void;
      runInPulumiStack(program: () => Promise<unknown>): Promise<unknown>;
      disconnect(): Promise<void>;
    };
  };
  readonly run: (program: Program) => Promise<Record<string, unknown>>;
  readonly stack: { readonly run: Program };
}

const [stage = "", out = "", edits = "[]"] = process.argv.slice(2);
const root = fileURLToPath(new URL("../../../", import.meta.url)).replace(/\/$/, "");
const work = `${out}.work`;
const built = join(work, "built");
const outfile = join(root, PLATFORM, `graph-${process.pid}.mjs`);

checkInternals(root);
mkdirSync(built, { recursive: true });
const cli = await startCliStub(root, built);
process.env.SST_SERVER = cli.url;
// The only randomness of SST: suffixes of physical names.
nodeCrypto.randomBytes = ((size: number) => Buffer.alloc(size)) as typeof nodeCrypto.randomBytes;

const keyOf = ({ type, name }: { type: string; name: string }) => `${type} ${name}`;

/** JSON whose keys are in order, so that two evaluations can be compared byte by byte. */
const inOrder = (_: string, value: unknown): unknown =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

try {
  const app = await appOf(root, stage);
  const paths = { root, work, platform: join(root, PLATFORM) };
  const define = {
    $app: { ...app, stage },
    $cli: { command: "deploy", paths, env: {}, state: {} },
    $dev: false,
  };
  await bundleStack(root, outfile, define, JSON.parse(edits) as Edit[]);
  const { pulumi, run, stack }: Bundle = await import(pathToFileURL(outfile).href);

  const resources: Resource[] = [];
  const options = new Map<string, Options>();
  const mocks = {
    newResource(resource: Resource & { inputs: Record<string, unknown> }) {
      resources.push(resource);
      return created(resource);
    },
    call: ({ token, inputs }: { token: string; inputs: Record<string, unknown> }) => answer(token, inputs),
  };
  let outputs: Record<string, unknown> = {};
  await pulumi.runtime.setMocks(mocks, app.name, stage, false, "organization");
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation((args) => void options.set(keyOf(args), args.opts));
    outputs = await run(stack.run);
  });
  // Waits for every registration that is still under way.
  await pulumi.runtime.disconnect();

  const graph: Graph = {
    stage,
    app,
    outputs: Object.keys(outputs).sort(),
    packed: cli.packed,
    resources: resources
      .map((resource) => {
        const { type, name, inputs } = resource;
        return { type, name, inputs, retained: options.get(keyOf(resource))?.retainOnDelete === true };
      })
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  };
  writeFileSync(out, JSON.stringify(graph, inOrder, 1).replaceAll(work, "WORK"));
} finally {
  cli.close();
  rmSync(outfile, { force: true });
  rmSync(work, { recursive: true, force: true });
}
