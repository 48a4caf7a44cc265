import { createReadStream } from "node:fs";
import { linesOf } from "@bellwether/aws/log-lines";
import { decodeLine } from "@bellwether/core/records/decode";
import type { Body } from "@bellwether/core/records/invocation";
import { parseRecord } from "@bellwether/core/records/parse";
import { JUDGE_APP } from "@bellwether/core/requests/decision";
import type { DeliveryPlan } from "../delivery.ts";

/** Lines looked at for the apps of a folder. */
const LINES_SURVEYED = 2_000;

/** What a first look at the logs tells about the stage they come from. */
export interface Survey {
  /** Apps in the order met. */
  readonly apps: readonly string[];
  /** Bucket that S3 paths in the records name and whose paths resolve in the folder. */
  readonly bucket: string | undefined;
}

/** Looks at the first lines for apps, and further for an S3 path when the folder holds offloaded bodies. */
export async function survey(plan: DeliveryPlan): Promise<Survey> {
  const bodies = new Set(plan.bodies.map(({ key }) => key));
  const apps = new Set<string>();
  let bucket: string | undefined;
  let seen = 0;
  const look = (body: Body): void => {
    if (body.kind === "offloaded" && bodies.has(body.key)) bucket ??= body.bucket;
  };
  for (const { file } of plan.objects) {
    for await (const line of linesOf(createReadStream(file) as AsyncIterable<Buffer>)) {
      seen += 1;
      if (line.kind !== "line") continue;
      const wanted = seen <= LINES_SURVEYED || (bucket === undefined && line.bytes.includes("S3Path"));
      const decoded = wanted ? decodeLine(line.bytes.toString("utf8")) : undefined;
      if (decoded === undefined || !decoded.ok) continue;
      for (const json of decoded.value) {
        const parsed = parseRecord(json);
        if (!parsed.ok) continue;
        const { tags, errorCode, input, output } = parsed.value;
        if (tags.app !== JUDGE_APP && errorCode === undefined) apps.add(tags.app);
        look(input);
        look(output);
      }
    }
    if (seen >= LINES_SURVEYED && (bodies.size === 0 || bucket !== undefined)) break;
  }
  return { apps: [...apps], bucket };
}
