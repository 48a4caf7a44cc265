const RULES: readonly (readonly [RegExp, string])[] = [
  [/<skipped>/g, ""],
  [/-\n/g, ""],
  [/\n/g, " "],
  [/&quot;/g, '"'],
  [/&amp;/g, "&"],
  [/&lt;/g, "<"],
  [/&gt;/g, ">"],
];
const SPLITS: readonly (readonly [RegExp, string])[] = [
  [/([{-~[-` -&(-+:-@/])/g, " $1 "],
  [/([^0-9])([.,])/g, "$1 $2 "],
  [/([.,])([^0-9])/g, " $1 $2"],
  [/([0-9])(-)/g, "$1 $2 "],
];

const apply = (text: string, rules: readonly (readonly [RegExp, string])[]): string =>
  rules.reduce((result, [from, to]) => result.replace(from, to), text);

/** Words and marks of a text by the WMT tokenizer 13a (mteval-v13a.pl), the default of sacreBLEU; letter case is kept. */
export const tokens13a = (text: string): string[] =>
  apply(` ${apply(text, RULES)} `, SPLITS)
    .split(/\s+/)
    .filter((token) => token !== "");
