import { availableParallelism } from "node:os";
import { KINDS, type Kind } from "@bellwether/core/registry/entry";
import { parseArguments, UsageError } from "../arguments.ts";

const OPTIONS = {
  suite: { type: "string" },
  config: { type: "string" },
  answers: { type: "string" },
  command: { type: "string" },
  prompt: { type: "string" },
  model: { type: "string" },
  baseline: { type: "string" },
  "base-command": { type: "string" },
  "base-prompt": { type: "string" },
  "base-model": { type: "string" },
  label: { type: "string" },
  "base-label": { type: "string" },
  "stage-config": { type: "string" },
  rubrics: { type: "string" },
  app: { type: "string" },
  "stand-in": { type: "boolean" },
  "monthly-requests": { type: "string" },
  cloudwatch: { type: "boolean" },
  registry: { type: "string" },
  kind: { type: "string" },
  concurrency: { type: "string" },
  retries: { type: "string" },
  "command-timeout": { type: "string" },
  seed: { type: "string" },
  out: { type: "string" },
  json: { type: "boolean" },
} as const;
type Values = ReturnType<typeof parseArguments<typeof OPTIONS>>["values"];

/** Where answers come from, as the command line says. */
export type SourceChoice =
  | { readonly kind: "answers"; readonly file: string }
  | { readonly kind: "command"; readonly command: string }
  | { readonly kind: "prompt"; readonly prompt: string; readonly model: string | undefined };

export interface GateOptions {
  readonly suite: string;
  readonly config: string;
  readonly head: SourceChoice;
  /** `answers` may also name the stored outcomes of another run. */
  readonly base: SourceChoice | undefined;
  /** What the sides are called in results; by default where their answers come from. */
  readonly label: string | undefined;
  readonly baseLabel: string | undefined;
  readonly stageConfig: string | undefined;
  readonly rubrics: string | undefined;
  readonly app: string | undefined;
  readonly standIn: boolean;
  readonly monthlyRequests: number | undefined;
  /** Publish what was measured to CloudWatch. */
  readonly cloudwatch: boolean;
  /** The registered version to record the result for; without a kind, whichever has that name. */
  readonly registry:
    | { readonly app: string; readonly version: string; readonly kind: Kind | undefined }
    | undefined;
  readonly concurrency: number;
  readonly retries: number;
  readonly commandTimeoutMs: number;
  readonly seed: number;
  readonly out: string;
  readonly json: boolean;
}

/** Reads the command line of `bellwether gate`; throws UsageError. */
export function gateOptions(args: readonly string[]): GateOptions {
  const { values, positionals } = parseArguments("gate", args, OPTIONS);
  if (positionals.length > 0)
    throw new UsageError(`unexpected "${positionals[0]}"; see \`bellwether help gate\``);
  const head = headOf(values);
  return {
    suite: required(values.suite, "--suite FILE.jsonl is missing: the cases to answer"),
    config: required(values.config, "--config FILE.yaml is missing: what the gate asks"),
    out: required(values.out, "--out DIR is missing: the folder for results and for going on after a stop"),
    head,
    base: baseOf(values),
    label: values.label,
    baseLabel: values["base-label"],
    stageConfig: values["stage-config"],
    rubrics: values.rubrics,
    app: values.app,
    standIn: values["stand-in"] === true,
    monthlyRequests: optionalNumber(values, "monthly-requests", 1),
    cloudwatch: values.cloudwatch === true,
    registry: registryOf(values),
    concurrency: wholeNumber(values, "concurrency", 1, head.kind === "command" ? availableParallelism() : 8),
    retries: wholeNumber(values, "retries", 0, 2),
    commandTimeoutMs: 1_000 * (optionalNumber(values, "command-timeout", 0.001) ?? 60),
    seed: wholeNumber(values, "seed", 0, 1),
    json: values.json === true,
  };
}

function headOf({ answers, command, prompt, model }: Values): SourceChoice {
  const given = choices(answers, command, prompt, model);
  const [head, other] = given;
  if (head === undefined)
    throw new UsageError(
      "no answers to judge: pass --answers FILE.jsonl, --command CMD, or --prompt FILE|registry:APP/VERSION with --model ID",
    );
  if (other !== undefined)
    throw new UsageError(
      "--answers, --command and --prompt exclude one another: one version is tested at a time",
    );
  if (model !== undefined && head.kind !== "prompt") throw new UsageError("--model belongs to --prompt");
  return head;
}

function baseOf(values: Values): SourceChoice | undefined {
  const { baseline, model } = values;
  const prompt = values["base-prompt"];
  const [base, other] = choices(baseline, values["base-command"], prompt, values["base-model"] ?? model);
  if (other !== undefined)
    throw new UsageError("--baseline, --base-command and --base-prompt exclude one another");
  if (values["base-model"] !== undefined && base?.kind !== "prompt")
    throw new UsageError("--base-model belongs to --base-prompt");
  return base;
}

function registryOf({ registry, kind: named }: Values): GateOptions["registry"] {
  const kind = KINDS.find((known) => known === named);
  if (named !== undefined && kind === undefined)
    throw new UsageError(`--kind ${named} is not one of ${KINDS.join(", ")}`);
  if (registry === undefined) {
    if (kind !== undefined) throw new UsageError("--kind belongs to --registry");
    return undefined;
  }
  const slash = registry.indexOf("/");
  const [app, version] = [registry.slice(0, slash), registry.slice(slash + 1)];
  if (slash < 1 || version === "") throw new UsageError(`--registry ${registry}: write APP/VERSION`);
  return { app, version, kind };
}

const choices = (
  file: string | undefined,
  command: string | undefined,
  prompt: string | undefined,
  model: string | undefined,
): SourceChoice[] => [
  ...(file === undefined ? [] : [{ kind: "answers" as const, file }]),
  ...(command === undefined ? [] : [{ kind: "command" as const, command }]),
  ...(prompt === undefined ? [] : [{ kind: "prompt" as const, prompt, model }]),
];

function required(value: string | undefined, problem: string): string {
  if (value === undefined || value === "") throw new UsageError(problem);
  return value;
}

type Name = keyof typeof OPTIONS & keyof Values;

function optionalNumber(values: Values, name: Name, smallest: number): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text === "" || !Number.isFinite(value) || value < smallest)
    throw new UsageError(`--${name} ${text} is not a number of at least ${smallest}`);
  return value;
}

function wholeNumber(values: Values, name: Name, smallest: number, otherwise: number): number {
  const value = optionalNumber(values, name, smallest) ?? otherwise;
  if (!Number.isInteger(value)) throw new UsageError(`--${name} ${value} is not a whole number`);
  return value;
}
