const PROTECTED =
  /\b[ap]\.m\.(?=\s(?:[A-Z]{2,4}\b|(?:Eastern|Central|Mountain|Pacific|local)\b))|\b(?:e\.g|i\.e|etc|vs|approx|incl|max|min|mr|mrs|ms|dr|st|u\.s|u\.k|inc|ltd|co)\.(?=\s)/g;
// Stands for a protected full stop while sentences are cut; a control character that prose does not use.
const DOT = "\u0001";

/** A line or sentence, and whether it was an item of a list. */
export interface Sentence {
  readonly text: string;
  readonly item: boolean;
}

/** Cuts a text into sentences; list items and lines end sentences too, markdown marks and citations are dropped. */
export function splitSentences(text: string): Sentence[] {
  return text.split(/\n+/).flatMap((line): Sentence[] => {
    const marked = /^\s*(?:[-*•+–]|\d{1,2}[.)]|step \d+[:.])\s+/i.exec(line);
    const body = plain(marked === null ? line : line.slice(marked[0].length));
    return body
      .replace(PROTECTED, (word) => word.replaceAll(".", DOT))
      .split(/(?<=[.!?]["')\]]*)\s+(?=["'(]?[\p{Lu}\p{N}$€£])/u)
      .map((part) => ({ text: part.replaceAll(DOT, ".").trim(), item: marked !== null }))
      .filter((sentence) => sentence.text !== "");
  });
}

function plain(line: string): string {
  return line
    .replace(/^#+\s*/, "")
    .replace(/\[([^\]]*)\]\((\S+?)\)/g, "$1 $2")
    .replace(/\s*[[(](?:source|passage|doc(?:ument)?|ref)?s?:?\s*#?\d+(?:\s*,\s*\d+)*[\])]/gi, "")
    .replace(/[*_`]{1,3}/g, "");
}
