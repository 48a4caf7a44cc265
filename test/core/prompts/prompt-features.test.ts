import { promptFeatures } from "@bellwether/core/prompts/features";
import { learnTopics } from "@bellwether/core/prompts/learn-topics";
import { hashedNgrams } from "@bellwether/core/prompts/ngrams";
import { topicOf } from "@bellwether/core/prompts/topics";
import type { Invocation } from "@bellwether/core/records/invocation";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";

const invocation = (input: Invocation["input"]): Invocation => ({
  requestId: "r",
  at: 0,
  operation: "Converse",
  model: { raw: "m", id: "m", tier: "regional", kind: "foundation" },
  region: "us-east-1",
  tags: { app: "bot" },
  input,
  output: { kind: "absent" },
});

const asking = (text: string) =>
  promptFeatures(
    invocation({ kind: "inline", json: { messages: [{ role: "user", content: [{ text }] }] } }),
    { contextTags: ["context"] },
  );

const cosine = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) / 1_024 ** 2;

describe("the features of a prompt", () => {
  it.each([
    ["How long does shipping to Norway take?", "en"],
    ["Wie lange dauert der Versand nach Norwegen?", "de"],
    ["Combien de temps prend la livraison ?", "fr"],
    ["配送にはどのくらいかかりますか", "ja"],
    ["ok?", "und"],
  ])("of %j say it is %s", async (question, language) => {
    expect((await asking(question))?.language).toBe(language);
  });

  it("are of the question, not of the passages around it", async () => {
    const plain = await asking("How do I reset my router?");
    const retrieved = await asking(
      "<context>Die Rücksendung ist kostenlos.</context> How do I reset my router?",
    );
    expect(retrieved).toEqual(plain);
    expect(plain?.length).toBe(25);
  });

  it("have length 1 and are nearer for questions that share words", async () => {
    const texts = [
      "How long does shipping to Norway take?",
      "How long is shipping to Norway",
      "my screen is black",
    ];
    const [a, b, c] = await Promise.all(texts.map(async (text) => (await asking(text))?.features ?? []));
    expect(cosine(a ?? [], a ?? [])).toBeCloseTo(1, 2);
    expect(cosine(a ?? [], b ?? [])).toBeGreaterThan(cosine(a ?? [], c ?? []) + 0.15);
  });

  it("do not exist without a question in the record", async () => {
    expect(await promptFeatures(invocation({ kind: "absent" }), { contextTags: [] })).toBeUndefined();
    expect(
      await promptFeatures(invocation({ kind: "offloaded", bucket: "b", key: "k" }), { contextTags: [] }),
    ).toBeUndefined();
    expect(
      await promptFeatures(invocation({ kind: "inline", json: {} }), { contextTags: [] }),
    ).toBeUndefined();
  });

  it("come from a model's embedding where one is chosen, and are null when it does not answer", async () => {
    const input: Invocation["input"] = {
      kind: "inline",
      json: { messages: [{ role: "user", content: "Hello there" }] },
    };
    const axis = (index: number) => async () => Array.from({ length: 256 }, (_, i) => (i === index ? 1 : 0));
    const embedded = await promptFeatures(invocation(input), { contextTags: [] }, axis(3));
    expect(cosine(embedded?.features ?? [], embedded?.features ?? [])).toBeCloseTo(1, 2);
    const other = await promptFeatures(invocation(input), { contextTags: [] }, axis(4));
    // Gaussian kernel of two unit vectors at a right angle: exp(−2/(2·1.3²)).
    expect(Math.abs(cosine(embedded?.features ?? [], other?.features ?? []) - 0.55)).toBeLessThan(0.25);
    const failed = await promptFeatures(invocation(input), { contextTags: [] }, async () => undefined);
    expect(failed).toMatchObject({ length: 11, features: null });
  });

  it("exist for any text whatever", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const length = Math.hypot(...hashedNgrams(text).map(([, value]) => value));
        expect(length === 0 || Math.abs(length - 1) < 1e-9).toBe(true);
      }),
    );
  });
});

describe("topics", () => {
  const subjects = [
    "shipping to Norway",
    "reset my password",
    "refund for a broken lamp",
    "battery of the drone",
  ];
  const forms = [
    "how about",
    "please tell me about",
    "i have a question on",
    "what is your",
    "urgent:",
    "hello,",
  ];
  const questions = Array.from({ length: 180 }, (_, i) => {
    const subject = i % subjects.length;
    return { subject, text: `${forms[i % forms.length]} ${subjects[subject]} ${i % 7}` };
  });
  let features: (readonly number[])[] = [];
  beforeAll(async () => {
    features = await Promise.all(questions.map(async ({ text }) => (await asking(text))?.features ?? []));
  });

  it("tell subjects apart: most questions of a topic are about one subject", () => {
    const topics = learnTopics(features);
    if (topics === undefined) throw new Error("no topics");
    expect(topics.centres).toHaveLength(8);
    const counts = new Map<string, number[]>();
    questions.forEach(({ subject }, i) => {
      const row = counts.get(topicOf(topics, features[i] ?? [])) ?? [0, 0, 0, 0];
      row[subject] = (row[subject] ?? 0) + 1;
      counts.set(topicOf(topics, features[i] ?? []), row);
    });
    const pure = [...counts.values()].reduce((sum, row) => sum + Math.max(...row), 0);
    expect(pure / questions.length).toBeGreaterThan(0.9);
  });

  it("are the same for the same samples, and wait for a hundred", () => {
    expect(learnTopics(features)).toEqual(learnTopics(features));
    expect(learnTopics(features.slice(0, 99))).toBeUndefined();
  });
});
