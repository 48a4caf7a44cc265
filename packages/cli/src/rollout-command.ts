import { parseArguments, UsageError } from "./arguments.ts";
import type { Io } from "./output.ts";
import { move } from "./rollout/move.ts";
import { actionOf, OPTIONS, wishOf } from "./rollout/options.ts";
import { showLake, showTable } from "./rollout/show.ts";

/** `bellwether rollout`: shows or moves an app's traffic split; exit code 1 when a move is refused. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("rollout", args, OPTIONS);
  const action = actionOf(positionals, values);
  const { app } = values;
  if (app === undefined) throw new UsageError("--app APP is missing");
  const wish = action === "show" ? undefined : await wishOf(action, values);
  if (values.out !== undefined) return showLake(app, values.out, values, io);
  if (!process.env.ROLLOUTS_TABLE)
    throw new UsageError(
      "environment variable ROLLOUTS_TABLE is not set: the DynamoDB table of rollouts; `rollout show --out DIR` looks at a replay",
    );
  return wish === undefined ? showTable(app, values, io) : move(app, wish, values, io);
}
