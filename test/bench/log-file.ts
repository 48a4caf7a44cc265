import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { EMBEDDING_FEATURE, FEATURES, type Feature } from "@bellwether/local/traffic/features";
import { DOCUMENTS } from "@bellwether/local/traffic/knowledge/documents";
import { type Random, randomFor } from "@bellwether/local/traffic/random";
import { embeddingLine, exchangeLine, failureLine } from "@bellwether/local/traffic/record";
import { playTurn } from "@bellwether/local/traffic/turn";

/** Delivery time of the object, ms; its records are of the quarter of an hour before. */
export const DELIVERED_AT = Date.parse("2026-11-01T12:00:00Z");
const SPAN_MS = 14 * 60_000;
const SEED = 11;
const DIMENSIONS = 128;
/** Records that fill the quarter of an hour; a larger object goes through it again. */
const PER_SPAN = 10_000;

// About a kilobyte, as instructions of real assistants are.
const SYSTEM = [
  "You are the support assistant of Lumora, a maker of lamps and smart-home devices. Answer only from the passages you are given.",
  "If the passages do not hold the answer, say that you do not know and offer to open a ticket; never guess a price, a date or a warranty term.",
  "Keep the answer below 120 words. Use the customer's language and a friendly tone. Give steps as a numbered list when there are more than two.",
  "Name the passage you rely on by its title. Do not repeat personal data that the customer wrote. Do not discuss competitors, politics or law.",
  "When the customer is angry, apologise once, state what will happen next and when, and do not argue about whose fault it was.",
  "When a device may be a danger (heat, smoke, a damaged cable), tell the customer to unplug it first, before anything else.",
  "Refunds are decided by people: explain the rule, collect the order number, and hand over. Never promise a refund yourself.",
].join("\n");

function drawFeature(random: Random): Feature {
  let left = random.next();
  const [first] = FEATURES;
  if (first === undefined) throw new Error("the traffic generator has no features");
  const found = FEATURES.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  return found ?? first;
}

/** One record of the simulated app, about 4 KB on average over all operations and body families. */
function recordLine(index: number): string {
  const random = randomFor(SEED, index, 0);
  const feature = drawFeature(random);
  const document = random.pick(DOCUMENTS);
  const rounds = random.integer(1, 3);
  const history = document.facts.slice(0, rounds).map((fact) => ({
    question: fact.question,
    answer: `Thank you for asking. ${document.facts.map(({ question }) => question).join(" ")} Please see the manual of your device, or ask me for the steps one by one.`,
  }));
  const passed = ((index % PER_SPAN) / PER_SPAN) * SPAN_MS;
  const at = DELIVERED_AT - SPAN_MS + Math.floor(passed / 1_000) * 1_000;
  const { exchange } = playTurn(random, {
    at,
    feature,
    document,
    fact: random.pick(document.facts),
    turn: rounds,
    history,
    tags: {
      app: "support-bot",
      env: "prod",
      user: `user-${random.integer(1, 2_000)}`,
      session: `s-${random.uuid().slice(0, 13)}`,
      promptVersion: "v12",
      variant: random.chance(0.2) ? "v13" : "v12",
      tenant: "acme-homes",
      feature: feature.name,
    },
    system: SYSTEM,
    hallucinationRate: () => 0.05,
  });
  if (random.chance(0.005)) return failureLine(exchange, "ThrottlingException");
  if (feature.name !== EMBEDDING_FEATURE) return exchangeLine(exchange);
  return embeddingLine(
    exchange,
    Array.from({ length: DIMENSIONS }, () => random.between(-0.1, 0.1)),
  );
}

/** Writes a gzipped log object of at least `bytes` unzipped bytes; gives its records and its unzipped size. */
export async function writeLogFile(
  file: string,
  bytes: number,
): Promise<{ readonly records: number; readonly bytes: number }> {
  const gzip = createGzip();
  const written = finished(gzip.pipe(createWriteStream(file)));
  let size = 0;
  let records = 0;
  for (; size < bytes; records++) {
    const line = recordLine(records);
    size += line.length;
    if (!gzip.write(`${line}\n`)) await once(gzip, "drain");
  }
  gzip.end();
  await written;
  return { records, bytes: size };
}
