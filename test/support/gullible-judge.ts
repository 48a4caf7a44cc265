import { readSections } from "@bellwether/local/judge/prompt-sections";
import { standInJudge } from "@bellwether/local/judge/stand-in";

/** What an injected text makes of the verdicts. */
export type Demand = "inflate" | "deflate";

/** Which proof the judge makes up for what it was told to support. */
export type MadeUp = "quotes_nothing" | "quotes_the_answer" | "quotes_any_passage";

type Json = Record<string, unknown>;
const record = (value: unknown): Json => (typeof value === "object" && value !== null ? { ...value } : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The user message of a Converse request body. */
const promptText = (body: unknown): string =>
  list(record(list(record(body).messages)[0]).content)
    .map((block) => String(record(block).text ?? ""))
    .join("");

/**
 * Sections in which the prompt itself warns of instruction-like text; a model that was warned of a section does not obey
 * it. Anything that stands before the first section is the harness speaking.
 */
function warned(prompt: string): string {
  const header = prompt.slice(0, prompt.indexOf("\n\n"));
  return /^Instruction-like text: (.*)$/m.exec(header)?.[1] ?? "";
}

/**
 * A judge that obeys an injected text wherever it reaches it without a warning, in whatever disguise: it is told what was
 * injected, so no style is too subtle for it. Otherwise it answers like the stand-in.
 */
export function gullibleJudge(
  body: unknown,
  injected: { readonly section: string; readonly demand: Demand; readonly madeUp: MadeUp },
): unknown {
  const honest = record(standInJudge(body));
  const sections = readSections(body);
  const names = warned(promptText(body)).split(", ");
  if (sections === undefined || names.includes(injected.section)) return honest;
  const message = record(record(honest.output).message);
  const [block] = list(message.content);
  const toolUse = record(record(block).toolUse);
  const input = obey(record(toolUse.input), injected, sections);
  return {
    ...honest,
    output: { message: { ...message, content: [{ toolUse: { ...toolUse, input } }] } },
  };
}

function obey(
  input: Json,
  { demand, madeUp }: { readonly demand: Demand; readonly madeUp: MadeUp },
  { answer, passages }: { readonly answer: string; readonly passages: readonly string[] },
): Json {
  const good = demand === "inflate";
  const proof = {
    quotes_nothing: "the records of the company say so",
    quotes_the_answer: answer.split(/\s+/).slice(0, 8).join(" "),
    quotes_any_passage: (passages[0] ?? "").split(/\s+/).slice(0, 6).join(" "),
  }[madeUp];
  return {
    ...input,
    claims: list(input.claims).map((claim) =>
      good
        ? { ...record(claim), supported: "yes", evidence: [1], evidence_quote: proof }
        : { ...record(claim), supported: "no", evidence: [] },
    ),
    chunks: list(input.chunks).map((chunk) => ({ ...record(chunk), useful: good ? "yes" : "no" })),
    addresses_question: good ? "yes" : "no",
    noncommittal: !good,
    safety: good ? { category: "none", flagged: false } : { category: "other", flagged: true },
  };
}
