/** One process: evaluates the real sst.config.ts with SST's real components on Pulumi's mocks and writes the graph. */
import nodeCrypto from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundleStack, type Edit } from "./bundle.ts";
import type { Graph, Resource } from "./graph.ts";
import { answer, created } from "./mocks.ts";
import { checkInternals, PLATFORM } from "./platform.ts";

interface Pulumi {
  readonly runtime: {
    setMocks(
      mocks: object,
      project: string,
      stack: string,
      preview: boolean,
      organization: string,
    ): Promise<void>;
    runInPulumiStack(program: () => Promise<unknown>): Promise<unknown>;
    disconnect(): Promise<void>;
  };
}

interface Bundle {
  readonly pulumi: Pulumi;
  readonly run: (program: () => Promise<unknown>) => Promise<Record<string, unknown>>;
  readonly stack: {
    readonly app: (input: { stage: string }) => { name: string };
    readonly run: () => Promise<unknown>;
  };
}

const [stage = "", out = "", editText] = process.argv.slice(2);
const edit: Edit | undefined = editText === undefined ? undefined : JSON.parse(editText);
const root = fileURLToPath(new URL("../../../", import.meta.url)).replace(/\/$/, "");
const work = `${out}.work`;
const built = join(work, "built");

/** The two questions SST's components ask the CLI in a deploy. */
function rpc(method: string, input: { readonly handler?: string }): unknown {
  switch (method) {
    case "Provider.Aws.Bootstrap":
      return { asset: "sst-asset", state: "sst-state", assetEcrRegistryId: "", assetEcrUrl: "" };
    case "Runtime.Build": {
      const handler = input.handler ?? "";
      if (!existsSync(join(root, handler.replace(/\.\w+$/, ".ts"))))
        throw new Error(`no file for ${handler}`);
      return { handler, out: built, errors: [], sourcemaps: [] };
    }
    default:
      throw new Error(`SST internals moved: it asks the CLI for ${method}`);
  }
}

const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const { method, params } = JSON.parse(body);
  try {
    response.end(JSON.stringify({ result: rpc(method, params[0]) }));
  } catch (error) {
    response.end(JSON.stringify({ error: String(error) }));
  }
});

checkInternals(root);
mkdirSync(built, { recursive: true });
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
process.env.SST_SERVER = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
// The only randomness of SST: suffixes of physical names.
nodeCrypto.randomBytes = ((size: number) => Buffer.alloc(size)) as typeof nodeCrypto.randomBytes;

const outfile = join(root, PLATFORM, `graph-${process.pid}.mjs`);
const app = {
  name: "bellwether",
  stage,
  removal: stage === "prod" ? "retain" : "remove",
  protect: stage === "prod",
};
const paths = { root, work, platform: join(root, PLATFORM) };
try {
  await bundleStack(
    root,
    outfile,
    { $app: { ...app, providers: {} }, $cli: { command: "deploy", paths, env: {}, state: {} }, $dev: false },
    edit,
  );
  const { pulumi, run, stack }: Bundle = await import(pathToFileURL(outfile).href);
  const resources: Resource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource(resource: Resource & { inputs: Record<string, unknown> }) {
        resources.push({ type: resource.type, name: resource.name, inputs: resource.inputs });
        return created(resource);
      },
      call: ({ token, inputs }: { token: string; inputs: Record<string, unknown> }) => answer(token, inputs),
    },
    stack.app({ stage }).name,
    stage,
    false,
    "organization",
  );
  let outputs: Record<string, unknown> = {};
  await pulumi.runtime.runInPulumiStack(async () => {
    outputs = await run(stack.run);
  });
  // Waits for every registration that is still under way.
  await pulumi.runtime.disconnect();
  const key = ({ type, name }: Resource) => `${type} ${name}`;
  const sorted = resources.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const graph: Graph = {
    stage,
    outputs: Object.fromEntries(Object.keys(outputs).map((name) => [name, true])),
    resources: sorted,
  };
  mkdirSync(dirname(out), { recursive: true });
  const canonical = (_: string, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  writeFileSync(out, JSON.stringify(graph, canonical, 1).replaceAll(work, "WORK"));
} finally {
  server.close();
  rmSync(outfile, { force: true });
  rmSync(work, { recursive: true, force: true });
}
