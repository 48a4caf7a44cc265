import { readFile } from "node:fs/promises";
import { registryTable } from "@bellwether/aws/registry-table";
import { modelContent } from "@bellwether/core/registry/content";
import { KINDS } from "@bellwether/core/registry/entry";
import { type Definition, register } from "@bellwether/core/registry/register";
import { UsageError } from "../arguments.ts";
import { answer, type Call, refuse, required, whoOf } from "./registry.ts";

type Parameters = Definition["parameters"];

/** `NAME=VALUE` with a JSON value, or else text. */
function parameter(text: string): [string, Parameters[string]] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`--param ${text} is not NAME=VALUE`);
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    return [text.slice(0, at), value];
  }
}

function parametersOf(texts: readonly string[]): Parameters {
  const pairs = texts.map(parameter);
  const repeated = pairs.find(([name], i) => pairs.findIndex(([other]) => other === name) !== i);
  if (repeated !== undefined) throw new UsageError(`--param ${repeated[0]} is given twice`);
  return Object.fromEntries(pairs);
}

async function textOf(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new UsageError(`--file ${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`--file ${file} is not UTF-8 text`);
  }
}

/** `registry add`: registers a version as a candidate. */
export async function add(call: Call): Promise<number> {
  const { app, kind, values } = call;
  if (kind === undefined) throw new UsageError(`--kind is missing: ${KINDS.join(" or ")}`);
  const version = required(values, "version", "what the version is called");
  const { file, model, location, previous } = values;
  if (kind === "model" && model === undefined)
    throw new UsageError("--model ID is missing: the Bedrock model id, inference profile or ARN");
  if (kind === "prompt" && file === undefined)
    throw new UsageError("--file FILE is missing: the text of the prompt");
  const parameters = parametersOf(values.param ?? []);
  const text = file === undefined ? modelContent(model ?? "", parameters) : await textOf(file);
  const definition: Definition = {
    app,
    kind,
    version,
    text,
    uri: location ?? null,
    modelId: model ?? null,
    parameters,
    ...(previous === undefined ? {} : { previous }),
  };
  const registered = await register(definition, whoOf(values), registryTable);
  if (registered.kind === "refused") return refuse(registered.reason, call);
  const { entry } = registered;
  const added = registered.kind === "added";
  const sentence = added ? "registered as a candidate" : `registered already (${entry.status})`;
  const line = `${app}: ${kind} ${version} is ${sentence}, sha256 ${entry.contentHash}\n`;
  return answer({ added, entry }, () => line, call);
}
