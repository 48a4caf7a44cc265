import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";
import type { Packed } from "./graph.ts";

interface BuildInput {
  readonly functionID: string;
  readonly handler?: string;
  readonly copyFiles?: readonly { readonly from: string; readonly to: string }[];
  readonly properties?: { readonly splitting?: boolean };
}

interface CliStub {
  readonly url: string;
  /** What SST asked to be packed, by the name of the function component. */
  readonly packed: Readonly<Record<string, Packed>>;
  readonly close: () => void;
}

/** Answers the two questions that SST's components ask the CLI in a deploy; `built` stands for every bundled handler. */
export async function startCliStub(root: string, built: string): Promise<CliStub> {
  const packed: Record<string, Packed> = {};
  const answer = (method: string, input: BuildInput): object => {
    const { functionID, handler = "", copyFiles = [], properties } = input;
    if (method === "Provider.Aws.Bootstrap")
      return { asset: "sst-asset", state: "sst-state", assetEcrRegistryId: "", assetEcrUrl: "" };
    if (method !== "Runtime.Build") throw new Error(`SST internals moved: it asks the CLI for ${method}`);
    if (!existsSync(join(root, handler.replace(/\.\w+$/, ".ts")))) throw new Error(`no file for ${handler}`);
    packed[functionID] = {
      copies: copyFiles.map(({ from, to }) => `${relative(root, from)} to ${to}`),
      splitting: properties?.splitting === true,
    };
    return { handler, out: built, errors: [], sourcemaps: [] };
  };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method, params } = JSON.parse(body);
    try {
      response.end(JSON.stringify({ result: answer(method, params[0]) }));
    } catch (error) {
      response.end(JSON.stringify({ error: String(error) }));
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, packed, close: () => server.close() };
}
