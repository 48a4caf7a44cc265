import pc from "picocolors";

/** Where a command writes and how: progress and errors go to stderr, the answer to stdout. */
export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly isTty: boolean;
  /** Colour functions; they return their argument unchanged under NO_COLOR and off a terminal. */
  readonly color: ReturnType<typeof pc.createColors>;
}

/** The process's own streams. */
export function processIo(): Io {
  const { stdout, stderr, env } = process;
  const isTty = stdout.isTTY === true;
  return { stdout, stderr, isTty, color: pc.createColors(isTty && !env.NO_COLOR) };
}

/** A message on one line, without the excerpt of the statement that a SQL engine appends. */
export function oneLine(message: string): string {
  return clean(message.replace(/\n\s*LINE \d+:[\s\S]*$/, "")).trim();
}

/** What a table shows where there is no value. */
const NO_VALUE = "–";
/** Longest cell of a table, characters; `--json` has everything. */
const LONGEST_CELL = 80;

/** A table with aligned columns, numbers to the right, NULL as `–`, long text cut with `…`; ends in a newline. */
export function renderTable(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  color: Io["color"],
): string {
  const cells = rows.map((row) => columns.map((_, i) => cellText(row[i])));
  const widths = columns.map((name, i) => Math.max(width(name), ...cells.map((row) => width(row[i] ?? ""))));
  const numeric = columns.map((_, i) => {
    const values = rows.map((row) => row[i] ?? null).filter((value) => value !== null);
    return values.length > 0 && values.every((value) => typeof value === "number");
  });
  const line = (row: readonly string[]) =>
    row
      .map((text, i) => align(text, widths[i] ?? 0, numeric[i] ?? false))
      .join("  ")
      .trimEnd();
  const lines = [
    color.bold(line(columns)),
    color.dim(widths.map((w) => "─".repeat(w)).join("  ")),
    ...cells.map(line),
  ];
  return `${lines.join("\n")}\n`;
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return NO_VALUE;
  if (typeof value === "number")
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  const text = clean(typeof value === "string" ? value : JSON.stringify(value));
  const characters = [...text];
  return characters.length > LONGEST_CELL ? `${characters.slice(0, LONGEST_CELL - 1).join("")}…` : text;
}

/** Control characters out: logged text must not drive the terminal. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ");
}

const width = (text: string): number => [...text].length;

function align(text: string, size: number, right: boolean): string {
  const padding = " ".repeat(size - width(text));
  return right ? padding + text : text + padding;
}
