/** Unchanged lines around a change, as `diff -u` prints them. */
const CONTEXT = 3;
/** Cells of the longest-common-subsequence table; what is larger is shown as one block that was replaced. */
const CELLS = 16_000_000;

interface Edit {
  readonly mark: " " | "-" | "+";
  /** A line with its line end, when it has one. */
  readonly line: string;
}

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
const edits = (mark: Edit["mark"], lines: readonly string[]): Edit[] => lines.map((line) => ({ mark, line }));

/** A shortest edit of `a` into `b` by the textbook dynamic programme. */
function shortestEdit(a: readonly string[], b: readonly string[]): Edit[] {
  const width = b.length + 1;
  if ((a.length + 1) * width > CELLS) return [...edits("-", a), ...edits("+", b)];
  // common[i * width + j] is the length of the longest common subsequence of a from i and b from j.
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const path: Edit[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [left, right] = [a[i], b[j]];
    if (left === undefined) return [...path, ...edits("+", b.slice(j))];
    if (right === undefined) return [...path, ...edits("-", a.slice(i))];
    if (left === right) {
      path.push({ mark: " ", line: left });
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      path.push({ mark: "-", line: left });
      i++;
    } else {
      path.push({ mark: "+", line: right });
      j++;
    }
  }
}

function editsBetween(a: readonly string[], b: readonly string[]): Edit[] {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [
    ...edits(" ", a.slice(0, start)),
    ...shortestEdit(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...edits(" ", a.slice(a.length - end)),
  ];
}

/** Index ranges of `all` that hunks show: every change with its context, overlapping ones joined. */
function hunksOf(all: readonly Edit[]): [start: number, end: number][] {
  const ranges: [number, number][] = [];
  for (const [index, { mark }] of all.entries()) {
    if (mark === " ") continue;
    const [start, end] = [Math.max(0, index - CONTEXT), Math.min(all.length, index + CONTEXT + 1)];
    const last = ranges.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = end;
    else ranges.push([start, end]);
  }
  return ranges;
}

/** `first,count` of a hunk's lines; an empty range names the line before it, a count of 1 is left out. */
function range(before: number, count: number): string {
  const first = count === 0 ? before : before + 1;
  return count === 1 ? String(first) : `${first},${count}`;
}

/** Unified diff of two texts in the format of `diff -u`; empty when they are equal. */
export function unifiedDiff(a: string, b: string, names: readonly [string, string]): string {
  if (a === b) return "";
  const all = editsBetween(linesOf(a), linesOf(b));
  const output = [`--- ${names[0]}\n`, `+++ ${names[1]}\n`];
  const count = (part: readonly Edit[], skip: Edit["mark"]): number =>
    part.filter(({ mark }) => mark !== skip).length;
  for (const [start, end] of hunksOf(all)) {
    const [before, hunk] = [all.slice(0, start), all.slice(start, end)];
    const left = range(count(before, "+"), count(hunk, "+"));
    const right = range(count(before, "-"), count(hunk, "-"));
    output.push(`@@ -${left} +${right} @@\n`);
    for (const { mark, line } of hunk)
      output.push(line.endsWith("\n") ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`);
  }
  return output.join("");
}
