import { agrees, clockTime, isUnit, numberWord, type Quantity, quantity } from "./quantities.ts";
import { concept } from "./stem.ts";
import { NEGATIONS, STOP_WORDS } from "./stop-words.ts";
import { PHRASES } from "./vocabulary.ts";

/** One meaningful unit of a text: a word (`stop` words carry no fact), a code (address, model number) or a quantity. */
export type Token =
  | {
      readonly kind: "word" | "stop";
      readonly key: string;
      readonly negated: boolean;
      readonly proper: boolean;
    }
  | { readonly kind: "code"; readonly key: string }
  | { readonly kind: "quantity"; readonly quantity: Quantity };

const URL = String.raw`https?:\/\/[^\s)>\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[\w-]+\.(?:com|org|net|io|co|app|dev|ai|example)\b(?:\/[\w/.-]*)?`;
const NUMBER = String.raw`[$€£]?\d+(?:,\d{3})*(?:\.\d+)?(?::\d\d)?%?`;
const CODE = String.raw`\p{L}+-?\d[\p{L}\d-]*`;
const WORD = String.raw`\p{L}+(?:'\p{L}+)?`;
const PIECES = new RegExp(`${URL}|${CODE}|${NUMBER}|${WORD}|[,;:.!?()]`, "gu");

const PUNCTUATION: ReadonlySet<string> = new Set(",;:.!?()");
const CODE_MARK = /[\d@/.]/;
const DIGITS = /^([$€£]?)([\d,]*\.?\d+)(?::(\d\d))?(%?)$/;

const MULTIPLIERS: ReadonlyMap<string, number> = new Map([
  ["hundred", 100],
  ["thousand", 1e3],
  ["million", 1e6],
  ["billion", 1e9],
]);
/** Words that may stand between a number and its unit: "3 to 5 business days". */
const BRIDGES: ReadonlySet<string> = new Set(
  "to or and business working calendar full consecutive more additional whole extra".split(" "),
);
/** A negation reaches this many content words, up to the next punctuation mark. */
const NEGATION_REACH = 3;
const MAX_BRIDGE = 4;

/** Cuts a text into tokens; `proper` marks words capitalised inside a sentence. */
export function tokenize(text: string): Token[] {
  const plain = text.replaceAll("’", "'");
  const proper = properWords(plain);
  const pieces =
    PHRASES.reduce((result, [from, to]) => result.replace(from, to), plain.toLowerCase()).match(PIECES) ?? [];
  const tokens: Token[] = [];
  let reach = 0;
  for (let at = 0; at < pieces.length; at += 1) {
    const piece = pieces[at] ?? "";
    if (PUNCTUATION.has(piece)) {
      reach = 0;
      continue;
    }
    const number = readNumber(pieces, at);
    if (number !== undefined) {
      tokens.push({ kind: "quantity", quantity: number.quantity });
      at += number.used - 1;
    } else if (CODE_MARK.test(piece)) {
      tokens.push({ kind: "code", key: piece.replace(/[./]+$/, "") });
    } else if (NEGATIONS.has(piece)) {
      reach = NEGATION_REACH;
    } else {
      const word = piece.endsWith("'s") ? piece.slice(0, -2) : piece;
      const stop = STOP_WORDS.has(word) || word.length === 1;
      tokens.push({
        kind: stop ? "stop" : "word",
        key: concept(word),
        negated: reach > 0 && !stop,
        proper: proper.has(word),
      });
      if (!stop && reach > 0) reach -= 1;
    }
  }
  return tokens;
}

function properWords(text: string): Set<string> {
  return new Set(
    (text.match(/(?<=[\p{Ll}\d,;)]\s)\p{Lu}[\p{L}\d-]+/gu) ?? []).map((word) => word.toLowerCase()),
  );
}

function readNumber(pieces: readonly string[], at: number): { quantity: Quantity; used: number } | undefined {
  const piece = pieces[at] ?? "";
  const next = pieces[at + 1] ?? "";
  const digits = DIGITS.exec(piece);
  if (digits === null) return readNumberWord(pieces, at);
  const [, currency = "", amount = "", minutes, percent = ""] = digits;
  const value = Number(amount.replaceAll(",", ""));
  if (minutes !== undefined || next === "am" || next === "pm") {
    const hour = next === "pm" && value < 12 ? value + 12 : next === "am" && value === 12 ? 0 : value;
    return {
      quantity: clockTime(60 * hour + Number(minutes ?? 0)),
      used: next === "am" || next === "pm" ? 2 : 1,
    };
  }
  const factor = MULTIPLIERS.get(next);
  const scaled = value * (factor ?? 1);
  const used = factor === undefined ? 1 : 2;
  if (currency !== "" || percent !== "") return { quantity: quantity(scaled, currency + percent), used };
  return withUnit(pieces, at, scaled, used);
}

function readNumberWord(
  pieces: readonly string[],
  at: number,
): { quantity: Quantity; used: number } | undefined {
  const piece = pieces[at] ?? "";
  const next = pieces[at + 1] ?? "";
  if (piece === "one" || piece === "a" || piece === "an") {
    return isUnit(next) && !next.endsWith("s") && next.length > 2
      ? { quantity: quantity(1, next), used: 2 }
      : undefined;
  }
  const first = numberWord(piece);
  if (first === undefined) return undefined;
  const second = first >= 20 && first < 100 ? numberWord(next) : undefined;
  if (second !== undefined && second < 10) return withUnit(pieces, at, first + second, 2);
  const factor = MULTIPLIERS.get(next);
  return factor === undefined ? withUnit(pieces, at, first, 1) : withUnit(pieces, at, first * factor, 2);
}

/** Finds the unit after a number, over "to 7 business" and the like; only an adjacent unit word is used up. */
function withUnit(pieces: readonly string[], at: number, value: number, used: number) {
  for (let ahead = used; ahead < used + MAX_BRIDGE; ahead += 1) {
    const word = pieces[at + ahead];
    if (word === undefined) break;
    if (isUnit(word)) return { quantity: quantity(value, word), used: ahead === used ? used + 1 : used };
    if (!BRIDGES.has(word) && !/^\d+$/.test(word) && numberWord(word) === undefined) break;
  }
  return { quantity: quantity(value, undefined), used };
}

/** Whether any of the quantities states the same amount. */
export function isStated(claim: Quantity, stated: readonly Quantity[]): boolean {
  return stated.some((source) => agrees(claim, source));
}
