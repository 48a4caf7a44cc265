const COLUMNS = 100;

/** Text of others inside a line: as code nothing in it is a mention, a link, HTML or markup. At most `longest` characters are shown. */
export function codeSpan(text: string, longest: number): string {
  const line = clip(visible(text).replace(/\s+/g, " ").trim(), longest);
  if (line === "") return "(empty)";
  const fence = "`".repeat(longestRun(line) + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** The same inside a cell of a table, where a bar would end it. */
export const codeCell = (text: string, longest: number): string =>
  codeSpan(text, longest).replaceAll("|", "\\|");

/** Text of others in a block of its own, whose fence is longer than any in it; long lines are broken. */
export function codeBlock(text: string, longest: number): string {
  const shown = clip(visible(text).replaceAll("\t", "  ").trim(), longest);
  const lines = (shown === "" ? "(empty)" : shown).split("\n").flatMap(broken);
  const fence = "`".repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}text\n${lines.join("\n")}\n${fence}`;
}

/** Without control and format characters (bidirectional overrides among them) and halves of surrogate pairs. */
const visible = (text: string): string =>
  text
    .replace(/\r\n?|\u2028|\u2029/g, "\n")
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]|\p{Cf}/gu, "");

const longestRun = (text: string): number =>
  (text.match(/`+/g) ?? []).reduce((longest, { length }) => Math.max(longest, length), 0);

function clip(text: string, longest: number): string {
  const characters = [...text];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join("")}…` : text;
}

/** A line in pieces of at most 100 characters, broken at spaces where there are some. */
function broken(line: string): string[] {
  const pieces: string[] = [];
  let rest = [...line];
  while (rest.length > COLUMNS) {
    const space = rest.lastIndexOf(" ", COLUMNS);
    const end = space > 0 ? space : COLUMNS;
    pieces.push(rest.slice(0, end).join(""));
    rest = rest.slice(space > 0 ? end + 1 : end);
  }
  return [...pieces, rest.join("")];
}
