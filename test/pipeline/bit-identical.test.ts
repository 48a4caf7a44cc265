import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { DELIVERED_AT, recordLine } from "../core/ingest/record-line.ts";
import {
  busEvent,
  deliverBatch,
  drain,
  type Functions,
  foldedSums,
  loadFunctions,
  message,
  type PipelineWorld,
  pipelineWorld,
  type QueueName,
} from "../support/memory-pipeline.ts";

const HOUR = 3_600_000;
const EVENT_AT = DELIVERED_AT - 10 * 60_000;

const requests = fc.array(
  fc.record({
    object: fc.nat(2),
    minute: fc.nat(9),
    variant: fc.constantFrom("v1", "v2", undefined),
    promptVersion: fc.constantFrom("p1", "p2"),
    user: fc.constantFrom("ann", "bob", undefined),
    latencyMs: fc.constantFrom(900, 9_000),
    inputTokens: fc.constantFrom(12, 90_000),
    failed: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);
const votes = fc.array(
  fc.record({
    request: fc.nat(7),
    user: fc.constantFrom("ann", "bob", undefined),
    value: fc.constantFrom("up", "down", "down"),
    hours: fc.constantFrom(0.5, 1, 30, 71, 73, 100),
  }),
  { maxLength: 8 },
);
const looks = fc.array(fc.nat(7), { maxLength: 2 });
/** What happens next: a batch of some queue, picked at random, in which the function may die at one of its writes. */
const steps = fc.array(
  fc.record({
    queue: fc.constantFrom<QueueName>("ingest", "feedback", "feedback", "evaluate"),
    size: fc.integer({ min: 1, max: 4 }),
    pick: fc.nat(1_000),
    twice: fc.boolean(),
    crash: fc.option(fc.record({ at: fc.nat(12), after: fc.boolean() }), { nil: undefined }),
  }),
  { minLength: 4, maxLength: 25 },
);
const scenario = fc.record({ requests, votes, looks });
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

const keyOf = (object: number): string => `AWSLogs/o${object}.json.gz`;

/** A world in which every message waits on its queue. */
function worldOf({ requests, votes }: Scenario): PipelineWorld {
  const world = pipelineWorld();
  world.kappas.push(
    { from: EVENT_AT - HOUR, estimation: 0.2, triage: 0.02, canaryRate: 1 },
    { from: EVENT_AT + 5 * 60_000, estimation: 0.05, triage: 0.05, canaryRate: 1 },
    { from: EVENT_AT + 20 * HOUR, estimation: 0.3, triage: 0.01, canaryRate: 1 },
  );
  requests.forEach(({ object, minute, variant, user, latencyMs, inputTokens, failed, promptVersion }, n) => {
    const tags = { app: "shop", promptVersion, ...(variant === undefined ? {} : { variant }) };
    const line = recordLine(`r${n}`, {
      timestamp: new Date(EVENT_AT + minute * 60_000).toISOString(),
      // The first call of a user is whichever is read first, so that a user keeps to an object here.
      requestMetadata: { ...tags, ...(user === undefined ? {} : { user: `${user}-${object}` }) },
      input: {
        inputBodyJson: { messages: [{ role: "user", content: [{ text: "When does it ship?" }] }] },
        inputTokenCount: inputTokens,
      },
      output: {
        outputBodyJson: {
          output: { message: { role: "assistant", content: [{ text: `Tomorrow, says r${n}.` }] } },
          metrics: { latencyMs },
          usage: { inputTokens, outputTokens: 5, totalTokens: inputTokens + 5 },
        },
        outputTokenCount: 5,
      },
      ...(failed ? { errorCode: "ThrottlingException", output: undefined } : {}),
    });
    world.objects.set(keyOf(object), `${world.objects.get(keyOf(object)) ?? ""}${line}\n`);
  });
  for (const key of world.objects.keys()) {
    const detail = { bucket: { name: "logs" }, object: { key, size: 1 } };
    world.messages.ingest.push(busEvent(key, "Object Created", detail));
  }
  votes.forEach(({ request, user, value, hours }, n) => {
    const at = new Date(EVENT_AT + hours * HOUR).toISOString();
    const vote = { feedbackId: `f${n}`, requestId: `r${request}`, kind: "thumbs", value, user, at };
    world.messages.feedback.push(busEvent(`e${n}`, "feedback", vote));
  });
  return world;
}

/** Looks are asked for once the records are there. */
async function finish(
  functions: Functions,
  world: PipelineWorld,
  { looks }: Scenario,
  size: number,
): Promise<void> {
  await drain(functions, world, size);
  looks.forEach((request, n) => {
    world.messages.feedback.push(busEvent(`look-${n}`, "look", { requestId: `r${request}` }));
  });
  await drain(functions, world, size);
}

// A delivery that fails as a whole has no metrics, which powertools finds worth a line each time.
beforeAll(() => void vi.spyOn(console, "warn").mockImplementation(() => undefined));
afterAll(() => void vi.restoreAllMocks());

describe.each([
  ["fixed", { preset: "fixed" }],
  ["budgeted", { preset: "budgeted", piMin: 0.05 }],
])("under the preset %s", (_name, sampling) => {
  let functions: Functions;
  beforeAll(async () => {
    functions = await loadFunctions({
      apps: ["shop"],
      sampling: { salt: "bits", baseRate: 0.3, ...sampling },
    });
  });

  it("folded sums are bit-identical under any order, batch, doubled message and death between effects", async () => {
    await fc.assert(
      fc.asyncProperty(scenario, steps, async (given, plan) => {
        const calm = worldOf(given);
        await finish(functions, calm, given, 1);
        const wild = worldOf(given);
        for (const { queue, size, pick, twice, crash } of plan) {
          const waiting = wild.messages[queue];
          if (waiting.length === 0) continue;
          const batch = [...waiting.splice(pick % waiting.length, size)];
          if (twice) waiting.push(...batch.map((each) => message(JSON.parse(each.body))));
          await deliverBatch(functions, wild, queue, batch, crash);
        }
        await finish(functions, wild, given, 3);
        expect(foldedSums(wild)).toEqual(foldedSums(calm));
      }),
      { numRuns: 120 },
    );
  });
});
