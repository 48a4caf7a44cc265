import { promptFeatures } from "@bellwether/core/prompts/features";
import { learnTopics } from "@bellwether/core/prompts/learn-topics";
import { hashedNgrams } from "@bellwether/core/prompts/ngrams";
import { topicOf } from "@bellwether/core/prompts/topics";
import type { Invocation } from "@bellwether/core/records/invocation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

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
  ])("of %j say it is %s", (question, language) => {
    expect(asking(question)?.language).toBe(language);
  });

  it("are of the question, not of the passages around it", () => {
    const plain = asking("How do I reset my router?");
    const retrieved = asking("<context>Die Rücksendung ist kostenlos.</context> How do I reset my router?");
    expect(retrieved).toEqual(plain);
    expect(plain?.length).toBe(25);
  });

  it("have length 1 and are nearer for questions that share words", () => {
    const [a, b, c] = [
      "How long does shipping to Norway take?",
      "How long is shipping to Norway",
      "my screen is black",
    ].map((text) => asking(text)?.features ?? []);
    expect(cosine(a ?? [], a ?? [])).toBeCloseTo(1, 2);
    expect(cosine(a ?? [], b ?? [])).toBeGreaterThan(cosine(a ?? [], c ?? []) + 0.15);
  });

  it("do not exist without a question in the record", () => {
    expect(promptFeatures(invocation({ kind: "absent" }), { contextTags: [] })).toBeUndefined();
    expect(
      promptFeatures(invocation({ kind: "offloaded", bucket: "b", key: "k" }), { contextTags: [] }),
    ).toBeUndefined();
    expect(promptFeatures(invocation({ kind: "inline", json: {} }), { contextTags: [] })).toBeUndefined();
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
  const features = questions.map(({ text }) => asking(text)?.features ?? []);

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
