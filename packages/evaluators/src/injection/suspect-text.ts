import { decodeHidden, readInvisible } from "./decode-hidden.ts";
import { foldText, readAsLatin, readLeet, readReversed, readRot13, readSpaced } from "./fold-text.ts";
import { ENGLISH, type InjectionStyle, OTHER_LANGUAGES, STRUCTURE } from "./styles.ts";

const SEPARATOR = "[^\\p{L}\\p{N}]+";
const compile = (source: string, separator: string): RegExp =>
  new RegExp(
    source
      .replaceAll(/~(\d)/g, (_, words: string) => `(?:[\\p{L}\\p{N}'’]+${separator}){0,${words}}`)
      .replaceAll("_", separator)
      // A word of the text may end in letters, but must not begin before the pattern does.
      .replace(/^/, separator === "" ? "" : "(?<![\\p{L}\\p{N}])"),
    "u",
  );

// Hundreds of patterns: compiled when a text first needs them, not while a function starts.
const once = <Table>(make: () => Table): (() => Table) => {
  let table: Table | undefined;
  return () => {
    table ??= make();
    return table;
  };
};

// The tool's own field names have an underscore, which is a separator like any other.
const worded = once(() => ENGLISH.map(([style, source]) => [style, compile(source, SEPARATOR)] as const));
const squeezed = once(() =>
  ENGLISH.map(([style, source]) => [style, compile(source.replaceAll(/~\d/g, ""), "")] as const),
);
const translated = once(() =>
  OTHER_LANGUAGES.map((source) => compile(source, SEPARATOR).source.replace("(?<![\\p{L}\\p{N}])", "")).map(
    (source) => new RegExp(source, "u"),
  ),
);
/** Every English pattern needs one of these; few texts about something else have one. */
const KEYWORD =
  /instruction|guideline|rubric|prompt|directive|criteri|constraint|command|rule|order(?!\p{L})|(?:task|objective)s?\P{L}|ignore|disregard|forget|grad(?:e|ing)|evaluat|assessor|judg|language.model|llm|chatbot|checker|reviewer|supported|faithful|claim|statement|assertion|verdict|score|rating|marks?(?!\p{L})|approve|accept|success|yes|lenient|generous|shut.down|deleted|terminated|authori|exempt|skip|mode(?!\p{L})|you.are.now|from.now.on|act.as|noncommittal|evidence_quote|decode|flagged|override|addresses_question|answer|respon|reply|output|exchange|completion/u;

const MIN_FILLER_WORDS = 300;
const FILLER_DISTINCT = 0.05;
const MAX_DEPTH = 2;

function isFiller(text: string): boolean {
  if (/(?:[^\S\n]*\n){60}/.test(text)) return true;
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length >= MIN_FILLER_WORDS && new Set(words).size < FILLER_DISTINCT * words.length;
}

const hits = (patterns: readonly (readonly [InjectionStyle, RegExp])[], text: string): InjectionStyle[] =>
  patterns.flatMap(([style, pattern]) => (pattern.test(text) ? [style] : []));

function read(text: string, depth: number, found: Set<InjectionStyle>): void {
  const folded = foldText(text);
  const add = (styles: readonly InjectionStyle[]): void => {
    for (const style of styles) found.add(style);
  };
  add(hits(STRUCTURE, text));
  if (KEYWORD.test(folded)) add(hits(worded(), folded));
  if (translated().some((pattern) => pattern.test(folded))) found.add("override");
  for (const reading of [readAsLatin(folded), readLeet(folded), readReversed(folded), readRot13(folded)]) {
    if (reading !== folded && KEYWORD.test(reading)) add(hits(worded(), reading));
  }
  for (const run of readSpaced(folded)) add(hits(squeezed(), run));
  const invisible = readInvisible(text);
  if (invisible !== undefined) found.add("invisible_text");
  if (depth >= MAX_DEPTH) return;
  for (const hidden of [...decodeHidden(text), ...(invisible === undefined ? [] : [invisible])]) {
    read(hidden, depth + 1, found);
  }
}

/**
 * Styles in which a text seems to speak to its judge, sorted; also when disguised by homoglyphs, invisible characters,
 * leetspeak, reversal or a common encoding. A suspicion, not a proof: it marks the evaluation and changes no score.
 */
export function suspectText(text: string): InjectionStyle[] {
  const found = new Set<InjectionStyle>();
  read(text, 0, found);
  if (isFiller(text)) found.add("filler");
  return [...found].toSorted();
}
