import { getRollout } from "@bellwether/aws/rollouts-table";
import { decideCanary } from "@bellwether/core/rollout/decision";
import { runningCanary } from "@bellwether/core/rollout/document";
import { UsageError } from "../arguments.ts";
import { type Io, oneLine } from "../output.ts";
import { readLimits } from "./limits.ts";
import type { Values } from "./options.ts";
import type { Canvas } from "./picture.ts";
import { daysLeft } from "./plan-lines.ts";
import { lakeHistory, renderLakeHistory } from "./show-lake.ts";
import { renderRollout } from "./show-table.ts";
import { findingOf } from "./stored-finding.ts";

/** Width of a picture that no terminal shows. */
const COLUMNS = 80;

const canvasOf = ({ color, isTty }: Io): Canvas => ({
  color,
  columns: isTty ? (process.stdout.columns ?? COLUMNS) : COLUMNS,
});

/** Texts without control characters: names from logs must not drive the terminal. */
const clean = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === "string" ? oneLine(part) : part,
  ) as T;

/** `rollout show --out`: what the lake of a replay tells about an app's rollout. */
export async function showLake(app: string, out: string, { policy, json }: Values, io: Io): Promise<number> {
  const limits = await readLimits(policy);
  const history = await lakeHistory(out, app);
  io.stdout.write(
    json === true ? `${JSON.stringify(history)}\n` : renderLakeHistory(clean(history), limits, canvasOf(io)),
  );
  return 0;
}

/** `rollout show`: the rollout of an app now; exit code 1 when it has none. */
export async function showTable(app: string, { policy, json }: Values, io: Io): Promise<number> {
  const limits = await readLimits(policy);
  const rollout = await getRollout(app);
  if (rollout === undefined) {
    io.stderr.write(`bellwether: ${app} has no rollout\n`);
    return 1;
  }
  if (rollout.canary !== null && !process.env.STATE_TABLE)
    throw new UsageError("environment variable STATE_TABLE is not set: the DynamoDB table of findings");
  const found = await findingOf(rollout);
  const finding = typeof found === "string" ? null : found;
  const decision = decideCanary(rollout, finding ?? undefined, limits);
  const now = Date.now();
  if (json !== true) {
    io.stdout.write(
      renderRollout({ ...clean({ rollout, finding: found, decision }), policy: limits, now }, canvasOf(io)),
    );
    return 0;
  }
  const run = runningCanary(rollout);
  const left = run === undefined ? null : daysLeft(rollout, run, finding?.watermark ?? now);
  const limitsOf = { alpha: limits.alpha, promotionAlpha: limits.promotion.alpha };
  io.stdout.write(
    `${JSON.stringify({ rollout, finding, decision: run === undefined ? null : decision, daysLeft: left, limits: limitsOf })}\n`,
  );
  return 0;
}
