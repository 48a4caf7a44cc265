import { KINDS } from "@bellwether/core/registry/entry";
import { parseArguments, UsageError } from "./arguments.ts";
import type { Io } from "./output.ts";
import { add } from "./registry/add.ts";
import { approve, policy, promote, reject, retire, transition } from "./registry/change.ts";
import { diff } from "./registry/diff.ts";
import { audit, list, show } from "./registry/look.ts";
import { type Call, OPTIONS, type Option, type Values } from "./registry/registry.ts";

interface Action {
  readonly run: (call: Call) => Promise<number>;
  /** Options besides --app, --kind and --json. */
  readonly options: readonly Option[];
}

const CHANGE: readonly Option[] = ["version", "why", "by"];

const ACTIONS: Readonly<Record<string, Action>> = {
  add: { run: add, options: [...CHANGE, "file", "location", "model", "param", "previous"] },
  list: { run: list, options: [] },
  show: { run: show, options: ["version", "content"] },
  approve: { run: approve, options: CHANGE },
  reject: { run: reject, options: CHANGE },
  promote: { run: promote, options: CHANGE },
  retire: { run: retire, options: CHANGE },
  transition: { run: transition, options: [...CHANGE, "to"] },
  policy: { run: policy, options: ["require-approval", "require-gate", "why", "by"] },
  diff: { run: diff, options: [] },
  audit: { run: audit, options: ["version"] },
};

const EVERYWHERE: readonly Option[] = ["app", "kind", "json"];

/** `bellwether registry`: versions of an app's prompts and models; exit code 1 when a change is refused. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("registry", args, OPTIONS);
  const [name = "", ...rest] = positionals;
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) {
    throw new UsageError(
      `registry needs one of ${Object.keys(ACTIONS).join(", ")}; see \`bellwether help registry\``,
    );
  }
  if (rest.length > 0 && name !== "diff") throw new UsageError(`unexpected "${rest[0]}"`);
  const unwanted = (Object.keys(values) as Option[]).find(
    (option) => !EVERYWHERE.includes(option) && !action.options.includes(option),
  );
  if (unwanted !== undefined) throw new UsageError(`--${unwanted} does not belong to \`registry ${name}\``);
  return action.run(callOf(values, rest, io));
}

function callOf(values: Values, rest: readonly string[], io: Io): Call {
  const { app } = values;
  if (app === undefined || app === "") throw new UsageError("--app APP is missing");
  const kind = KINDS.find((known) => known === values.kind);
  if (values.kind !== undefined && kind === undefined)
    throw new UsageError(`--kind ${values.kind} is not one of ${KINDS.join(", ")}`);
  if (!process.env.REGISTRY_TABLE)
    throw new UsageError(
      "environment variable REGISTRY_TABLE is not set: the DynamoDB table of registered versions",
    );
  return { app, kind, values, rest, io };
}
