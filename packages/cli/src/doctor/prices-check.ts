import { GetObjectCommand } from "@aws-sdk/client-s3";
import { linesOf } from "@bellwether/aws/log-lines";
import { type Config, parseConfig } from "@bellwether/core/config/config";
import { joinPrettyPrinted } from "@bellwether/core/ingest/pretty-printed";
import { readLine } from "@bellwether/core/ingest/read-line";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { type Answer, ask, whyNot } from "./answer.ts";
import { type Check, checkOf, ok, problem, unknown } from "./check.ts";
import type { Clients } from "./clients.ts";
import type { StoredObject } from "./newest-object.ts";

/** Lines of the newest log object that are looked at. */
const MOST_LINES = 500;

interface Seen {
  readonly models: ReadonlySet<string>;
  readonly unpriced: ReadonlySet<string>;
  readonly refused: number;
}

async function readModels(
  { s3 }: Clients,
  Bucket: string,
  { key, at }: StoredObject,
  config: Config,
): Promise<Seen> {
  const prices = createPriceBook({ prices: config.prices, profiles: config.profiles });
  const models = new Set<string>();
  const unpriced = new Set<string>();
  let refused = 0;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
  let lines = 0;
  for await (const line of await joinPrettyPrinted(linesOf(Body as unknown as AsyncIterable<Buffer>))) {
    lines += 1;
    if (lines > MOST_LINES) break;
    // Lines were taken out of it, and what is left was read when it was new.
    if (line.kind === "scrubbed") continue;
    for (const result of readLine(line, at)) {
      if (result.kind === "rejected") refused += 1;
      if (result.kind !== "record") continue;
      const { model, usage, at: when, errorCode, region } = result.invocation;
      models.add(model.id);
      const price = prices.price(model, usage, when, { failed: errorCode !== undefined, region });
      if (price.kind === "unpriced" && price.reason !== "no_usage") unpriced.add(price.model);
    }
  }
  return { models, unpriced, refused };
}

/** Can the newest log object be read, and is there a price for every model in it? */
export async function pricesCheck(
  clients: Clients,
  bucket: string,
  newest: Answer<StoredObject | undefined>,
  config: Config | undefined,
): Promise<Check> {
  const name = "prices";
  if (newest.kind !== "known") return unknown(name, whyNot(newest));
  const { value } = newest;
  if (value === undefined) return unknown(name, "no log object to read models from yet");
  const answer = await ask("s3:GetObject (and kms:Decrypt where the bucket has a key)", () =>
    readModels(clients, bucket, value, config ?? parseConfig({})),
  );
  return checkOf(name, answer, ({ models, unpriced, refused }) => {
    if (unpriced.size > 0)
      return problem(
        name,
        `none for ${[...unpriced].join(", ")}`,
        "add a line to `prices` (or `profiles`) in infra/stage.ts, deploy, then bellwether reprice",
      );
    const aside = refused === 0 ? "" : `; ${refused} lines of it cannot be read`;
    if (models.size === 0) return unknown(name, `the newest log object has no record${aside}`);
    return ok(name, `known for ${[...models].join(", ")} (newest log object)${aside}`);
  });
}
