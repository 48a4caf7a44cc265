/**
 * The published call pattern of RAGAS (vibrantlabsai/ragas 2b387249, metrics/collections) for one answer: an instruction,
 * the JSON Schema of the output, few-shot pairs, the input as JSON. Instructions and examples are our own, of the number
 * and the size of the published ones (characters of the longest passage 1,130 in context precision and recall, 380 in
 * faithfulness; reasons of 80 to 215; pairs: statements 1, NLI 2, precision 3, recall 1, relevancy 2); the outputs are those that the same claims and passages lead to.
 */
export interface RagasInput {
  readonly question: string;
  readonly answer: string;
  readonly contexts: readonly string[];
  readonly reference: string | undefined;
  readonly claims: readonly string[];
  readonly referenceClaims: readonly string[];
}

export interface Call {
  readonly prompt: string;
  readonly output: string;
}

interface Template {
  readonly instruction: string;
  readonly schema: object;
  readonly examples: readonly (readonly [input: object, output: object])[];
}

const REASON = "The passage says this in its second sentence, with the same period and condition.";
const string = { type: "string" };
const integer = { title: "Verdict", description: "0 or 1", type: "integer" };
const object = (title: string, properties: Readonly<Record<string, object>>) => ({
  title,
  type: "object",
  properties,
  required: Object.keys(properties),
});
const list = (items: object) => ({ type: "array", items });

const LAKE =
  "Lake Orvane lies in a valley that was formed by a glacier some twelve thousand years ago. It is fed by three streams and drains into the river Tal. The first ferry crossed it in 1874, and since 1931 the water level is kept within half a metre by a weir at the northern end. In winter the bay near the village of Sund freezes, and skating is allowed when the ice is thicker than ten centimetres.";
/** 1,130 characters. */
const LONG_LAKE = `${LAKE} The lake has been a protected area since 1968, and motor boats need a permit that is given to fishermen and to the ferry only. Its water is among the clearest of the region: a white disc can be seen at a depth of eleven metres on a calm day in May. A survey of 1999 counted thirty-one kinds of fish, among them a trout that is found in no other lake, and more than eighty kinds of birds, of which the crested grebe is the best known, since it is on the coat of arms of Sund. The path around the lake is twenty-two kilometres long, and about forty thousand people walk it every year, most of them in the two weeks after Easter. In a poll among the readers of a hiking magazine it was voted the finest path of the country three times, which has made the village and its inn famous far beyond the valley.`;
const LONG_REASON =
  "The given context was indeed useful in arriving at the answer, since it holds the main facts about the lake and its history, nearly all of which are found again in the answer in other words.";
const LAKE_STATEMENTS = [
  "Lake Orvane lies in a valley that was formed by a glacier.",
  "The valley of Lake Orvane was formed some twelve thousand years ago.",
  "Lake Orvane is fed by three streams.",
  "The first ferry crossed Lake Orvane in 1874.",
  "A weir keeps the water level of Lake Orvane within half a metre since 1931.",
];

const STATEMENTS: Template = {
  instruction:
    "Given a question and an answer, take every sentence of the answer apart into one or more statements that can be understood on their own. Use no pronouns in any statement. Give the result as JSON.",
  schema: object("StatementGeneratorOutput", { statements: list(string) }),
  examples: [
    [
      { question: "What is known about Lake Orvane and its history?", answer: LAKE },
      { statements: LAKE_STATEMENTS },
    ],
  ],
};

const NLI: Template = {
  instruction:
    "Judge for a series of statements whether each follows from the given context. For every statement the verdict is 1 if it can be directly inferred from the context and 0 if it cannot be directly inferred from it.",
  schema: object("NLIStatementOutput", {
    statements: list(
      object("StatementFaithfulnessAnswer", {
        statement: { ...string, description: "the statement as given, word for word" },
        reason: { ...string, description: "the reason of the verdict" },
        verdict: integer,
      }),
    ),
  }),
  examples: [
    [
      { context: LAKE, statements: LAKE_STATEMENTS.slice(1) },
      {
        statements: LAKE_STATEMENTS.slice(1).map((statement) => ({
          statement,
          reason:
            "The context states this in so many words, with the same number and the same subject, so that it can be deduced from it directly; nothing else in it says otherwise.",
          verdict: 1,
        })),
      },
    ],
    [
      {
        context:
          "A weir is a low wall across a river that raises the water behind it and lets it flow over the top.",
        statements: ["Weirs are used to make electricity."],
      },
      {
        statements: [
          {
            statement: "Weirs are used to make electricity.",
            reason: "The context explains what a weir is and does not mention electricity.",
            verdict: 0,
          },
        ],
      },
    ],
  ],
};

const verdict = (reason: string, value: number) => ({ reason, verdict: value });
const PRECISION: Template = {
  instruction:
    "Given a question, an answer and a context, check whether the context was useful in arriving at the given answer. The verdict is 1 if it was useful and 0 if not, as JSON.",
  schema: object("ContextPrecisionVerification", {
    reason: { ...string, description: "the reason of the verdict" },
    verdict: integer,
  }),
  examples: [
    [
      {
        question: "What can you tell me about Lake Orvane?",
        context: LONG_LAKE,
        answer: LAKE_STATEMENTS.join(" ").slice(0, 245),
      },
      verdict(LONG_REASON, 1),
    ],
    [
      {
        question: "Who won the regatta of 2019 on Lake Orvane?",
        context:
          "The regatta of 2019, held on a windy Sunday in June between the harbour of Sund and the northern weir, was the twelfth of its kind. It should have taken place in May and had been postponed because of the high water. Forty boats took part, and the team of Sund won for the second time, two lengths ahead of Talbruck, in front of some three thousand visitors.",
        answer: "The team of Sund",
      },
      verdict(
        "the context was useful, as it clears up when the regatta of that year was held after it had been postponed, and names the team of Sund as its winner, two lengths ahead of the next, which is just the given answer.",
        1,
      ),
    ],
    [
      {
        question: "How deep is Lake Orvane at its deepest point?",
        context:
          "The Tal is the longest river of the district, sixty kilometres from the lake to the plain. It passes four towns and many of the oldest mills of the country, is navigable on its lower half, and is known among anglers for its trout and among botanists for the meadows along its banks, which are under water every spring.",
        answer: "Ninety metres.",
      },
      verdict(
        "the given context speaks of the river Tal, which, although it leaves the lake, is another water, and neither mentions the depth of Lake Orvane nor has anything to do with the question about it.",
        0,
      ),
    ],
  ],
};

const RECALL: Template = {
  instruction:
    "Given a context and an answer, look at each sentence of the answer and decide whether it can be attributed to the context. Use only 1 (yes) or 0 (no) and give the reason, as JSON.",
  schema: object("ContextRecallOutput", {
    classifications: list(
      object("ContextRecallClassification", {
        statement: { ...string, description: "the sentence" },
        reason: { ...string, description: "the reason of the classification" },
        attributed: integer,
      }),
    ),
  }),
  examples: [
    [
      {
        question: "What can you tell me about Lake Orvane?",
        context: LONG_LAKE,
        answer: LAKE_STATEMENTS.slice(0, 4).join(" "),
      },
      {
        classifications: LAKE_STATEMENTS.slice(0, 4).map((statement) => ({
          statement,
          reason: "The context contains this fact with the same date.",
          attributed: 1,
        })),
      },
    ],
  ],
};

const RELEVANCY: Template = {
  instruction:
    "Write a question for the given answer and tell whether the answer is noncommittal: 1 if it is evasive, vague or ambiguous, such as saying that one does not know, and 0 if it is not.",
  schema: object("AnswerRelevanceOutput", { question: string, noncommittal: integer }),
  examples: [
    [
      { response: "The first ferry crossed Lake Orvane in 1874." },
      { question: "When did the first ferry cross Lake Orvane?", noncommittal: 0 },
    ],
    [
      { response: "I do not know what the new ferry costs, as my knowledge ends before it was built." },
      { question: "What did the new ferry on Lake Orvane cost?", noncommittal: 1 },
    ],
  ],
};

const prompt = ({ instruction, schema, examples }: Template, input: object): string =>
  [
    instruction,
    "Please give the output as JSON that complies with the following schema, specified in JSON Schema, with double quotes instead of single ones, escaped properly with a backslash:",
    JSON.stringify(schema),
    "--- EXAMPLES ---",
    ...examples.flatMap(([given, output], at) => [
      `Example ${at + 1}`,
      `Input: ${JSON.stringify(given, null, 4)}`,
      `Output: ${JSON.stringify(output, null, 4)}`,
    ]),
    "--- END OF EXAMPLES ---",
    "Now do the same for this input.",
    `Input: ${JSON.stringify(input, null, 4)}`,
    "Output:",
  ].join("\n");

const call = (template: Template, input: object, output: object): Call => ({
  prompt: prompt(template, input),
  output: JSON.stringify(output, null, 4),
});

/** Questions that answer relevancy asks for (RAGAS strictness). */
const STRICTNESS = 3;

/** The calls for faithfulness, context precision, context recall (with a reference) and answer relevancy. */
export function ragasCalls({
  question,
  answer,
  contexts,
  reference,
  claims,
  referenceClaims,
}: RagasInput): Call[] {
  const context = contexts.join("\n");
  const target = reference ?? answer;
  return [
    call(STATEMENTS, { question, answer }, { statements: claims }),
    call(
      NLI,
      { context, statements: claims },
      { statements: claims.map((statement) => ({ statement, reason: REASON, verdict: 1 })) },
    ),
    ...contexts.map((chunk) =>
      call(PRECISION, { question, context: chunk, answer: target }, verdict(REASON, 1)),
    ),
    ...(reference === undefined
      ? []
      : [
          call(
            RECALL,
            { question, context, answer: reference },
            {
              classifications: referenceClaims.map((statement) => ({
                statement,
                reason: REASON,
                attributed: 1,
              })),
            },
          ),
        ]),
    ...Array.from({ length: STRICTNESS }, () =>
      call(RELEVANCY, { response: answer }, { question, noncommittal: 0 }),
    ),
  ];
}
