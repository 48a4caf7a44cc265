import { parseArgs } from "node:util";
import type { JudgeInput } from "@bellwether/evaluators/judge-input";
import { buildJudgeRequest } from "@bellwether/evaluators/judge-prompt";
import { readVerdicts } from "@bellwether/evaluators/verdicts";
import { standInJudge } from "@bellwether/local/judge/stand-in";
import { groundedAnswer } from "@bellwether/local/traffic/answer";
import { FEATURES } from "@bellwether/local/traffic/features";
import { DOCUMENTS } from "@bellwether/local/traffic/knowledge/documents";
import { type Random, randomFor } from "@bellwether/local/traffic/random";
import { retrieve } from "@bellwether/local/traffic/retrieval";
import { playTurn } from "@bellwether/local/traffic/turn";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { ragasCalls } from "./ragas-pattern.ts";

const GOALS = { calls: 1, tokenRatio: 0.35 } as const;
/** A cache read costs a tenth of an input token (Bedrock price list, Claude). */
const CACHE_READ = 0.1;
/** What Claude adds to a prompt with a forced tool; it has no text that could be counted here. */
const TOOL_OVERHEAD = 313;

interface Sample {
  readonly input: JudgeInput & { readonly question: string };
  readonly reference: string;
}

/** One answer of the support bot with what it retrieved, and the right answer. */
function draw(random: Random): Sample | undefined {
  const document = random.pick(DOCUMENTS);
  const fact = random.pick(document.facts);
  const { exchange } = playTurn(random, {
    at: Date.UTC(2026, 5, 1),
    feature: random.pick(FEATURES),
    document,
    fact,
    turn: 0,
    history: [],
    tags: {
      app: "bot",
      env: "",
      user: "u",
      session: "s",
      promptVersion: "v1",
      variant: "v1",
      tenant: "t",
      feature: "f",
    },
    system: "",
    hallucinationRate: () => 0.1,
  });
  const { reply, question, contexts } = exchange;
  if (reply.kind !== "text" || contexts.length === 0) return undefined;
  return {
    input: { question, answer: reply.text, contexts, contextTruncated: false },
    reference: groundedAnswer(random, fact, retrieve(random, document)),
  };
}

interface Cost {
  readonly calls: number;
  readonly tokens: number;
  readonly outputTokens: number;
  readonly prefixTokens: number;
  readonly ragasCalls: number;
  readonly ragasTokens: number;
  readonly ragasOutputTokens: number;
}

/** Calls and tokens of both sides for one answer; ours by the judge's real prompt and the stand-in's verdicts. */
function compare({ input, reference }: Sample, withReference: boolean, generatedQuestions: number): Cost {
  const judged = withReference ? { ...input, reference } : input;
  const options = {
    modelId: "judge",
    maxTokens: 2_048,
    delimiter: "k3j9x2m4q8w1z7v5a1b2c3d4",
    generatedQuestions,
  };
  const request = buildJudgeRequest(judged, options);
  const reading = readVerdicts(standInJudge(request), judged);
  if (!reading.ok) throw new Error(reading.detail);
  const verdicts = { ...reading.verdicts, questions: Array(generatedQuestions).fill(input.question) };
  const text = (blocks: readonly object[]) =>
    blocks.map((block) => ("text" in block ? String(block.text) : "")).join("\n");
  const prefixTokens =
    countTokens(text(request.system)) + countTokens(JSON.stringify(request.toolConfig.tools));
  const outputTokens = countTokens(JSON.stringify({ name: "record_verdicts", input: verdicts }));
  const theirs = ragasCalls({
    ...input,
    reference: withReference ? reference : undefined,
    claims: verdicts.claims.map((claim) => claim.text),
    referenceClaims: (verdicts.reference_claims ?? []).map((claim) => claim.text),
  });
  const sum = (of: (call: (typeof theirs)[number]) => string) =>
    theirs.reduce((total, call) => total + countTokens(of(call)), 0);
  const ragasOutputTokens = sum(({ output }) => output);
  return {
    calls: 1,
    tokens: prefixTokens + countTokens(text(request.messages[0]?.content ?? [])) + outputTokens,
    outputTokens,
    prefixTokens,
    ragasCalls: theirs.length,
    ragasTokens: sum(({ prompt }) => prompt) + ragasOutputTokens,
    ragasOutputTokens,
  };
}

const digits = (value: number, places: number): number => Number(value.toFixed(places));

/** Means per judged answer. */
function summarise(costs: readonly Cost[]) {
  const mean = (field: keyof Cost) => costs.reduce((sum, cost) => sum + cost[field], 0) / costs.length;
  const [tokens, ragasTokens, prefix] = [mean("tokens"), mean("ragasTokens"), mean("prefixTokens")];
  return {
    calls: digits(mean("calls"), 2),
    tokens: Math.round(tokens),
    ragasCalls: digits(mean("ragasCalls"), 2),
    ragasTokens: Math.round(ragasTokens),
    tokenRatio: digits(tokens / ragasTokens, 3),
    outputTokens: Math.round(mean("outputTokens")),
    ragasOutputTokens: Math.round(mean("ragasOutputTokens")),
    /** With the prefix read from the prompt cache, where a model caches one of this length. */
    tokenRatioCached: digits((tokens - (1 - CACHE_READ) * prefix) / ragasTokens, 3),
    tokenRatioWithToolOverhead: digits((tokens + TOOL_OVERHEAD) / ragasTokens, 3),
    prefixTokens: Math.round(prefix),
  };
}

const { values } = parseArgs({
  options: { json: { type: "boolean" }, seed: { type: "string" }, answers: { type: "string" } },
});
const seed = Number(values.seed ?? 1);
const answers = Number(values.answers ?? 400);
const random = randomFor(seed);
const samples: Sample[] = [];
while (samples.length < answers) {
  const sample = draw(random);
  if (sample !== undefined) samples.push(sample);
}
const scenario = (withReference: boolean, questions: number) =>
  summarise(samples.map((sample) => compare(sample, withReference, questions)));
const main = scenario(true, 3);
const missed = [
  ...(main.calls > GOALS.calls ? ["calls"] : []),
  ...(main.tokenRatio > GOALS.tokenRatio ? ["tokenRatio"] : []),
];
const report = {
  ...main,
  seed,
  answers,
  tokenizer: "o200k_base",
  /** As in production: no right answer is known, and the judge says whether the question is addressed. */
  withoutReference: scenario(false, 0),
  goals: GOALS,
  missed,
};
process.stdout.write(
  values.json === true
    ? `${JSON.stringify(report)}\n`
    : [
        `${answers} answers, per judged answer (${report.tokenizer}):`,
        ...Object.entries({
          "golden set (reference, 3 questions)": main,
          "production (no reference)": report.withoutReference,
        }).map(
          ([name, s]) =>
            `  ${name}: ${s.calls} call, ${s.tokens} tokens; RAGAS ${s.ragasCalls} calls, ${s.ragasTokens} tokens; ratio ${s.tokenRatio}, cached ${s.tokenRatioCached}, with the tool's overhead ${s.tokenRatioWithToolOverhead}`,
        ),
        missed.length === 0 ? "every goal met" : `missed: ${missed.join(", ")}`,
        "",
      ].join("\n"),
);
process.exitCode = missed.length === 0 ? 0 : 1;
