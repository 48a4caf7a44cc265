/** A tagged span in a text: `[start, end)` covers the tags, `inner` is what they enclose. */
export interface TaggedSpan {
  readonly start: number;
  readonly end: number;
  readonly inner: string;
  /** The tag was opened and never closed: the text was cut. */
  readonly cut: boolean;
}

interface Opening {
  readonly start: number;
  readonly innerStart: number;
}

/** Finds the outermost spans of the given XML-like tags (any case, attributes allowed) in order; a tag that is opened but not closed runs to the end of the text, unless it is only mentioned. */
export function findTaggedSpans(text: string, tags: readonly string[]): TaggedSpan[] {
  if (tags.length === 0) return [];
  const names = tags.map(escapeRegExp).join("|");
  const openings = new Map<string, Opening[]>();
  const lastClosed = new Map<string, number>();
  const spans: TaggedSpan[] = [];
  for (const match of text.matchAll(new RegExp(`<(/?)(${names})(\\s[^<>]*)?>`, "gi"))) {
    const [all, slash, tag = "", attributes = ""] = match;
    const name = tag.toLowerCase();
    const opened = openings.get(name) ?? [];
    const end = match.index + all.length;
    if (slash === "") {
      if (!attributes.endsWith("/")) {
        opened.push({ start: match.index, innerStart: end });
        openings.set(name, opened);
      }
      continue;
    }
    // The nearest opening wins: an earlier one may be a mention in the instructions.
    const opening = opened.pop();
    if (opening === undefined) continue;
    spans.push({ start: opening.start, end, inner: text.slice(opening.innerStart, match.index), cut: false });
    lastClosed.set(name, Math.max(opening.start, lastClosed.get(name) ?? 0));
  }
  const cuts = [...openings].flatMap(([name, opened]) =>
    opened.filter((opening) => opening.start >= (lastClosed.get(name) ?? 0) && !isMention(text, opening)),
  );
  const cut = cuts.sort((a, b) => a.start - b.start)[0];
  if (cut !== undefined) {
    spans.push({ start: cut.start, end: text.length, inner: text.slice(cut.innerStart), cut: true });
  }
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  return withoutNested(spans);
}

const MENTIONED = /^(?: *(?:xml )?(?:tags?|blocks?|sections?|elements?)\b|[.,;:)]| (?:and|or) )/i;

/** Whether a tag is only talked about: quoted, or as in "inside the <context> tags". */
function isMention(text: string, { start, innerStart }: Opening): boolean {
  const isQuoted = /["'`“‘(]/.test(text.charAt(start - 1)) && /["'`”’)]/.test(text.charAt(innerStart));
  return isQuoted || MENTIONED.test(text.slice(innerStart, innerStart + 20));
}

function withoutNested(sorted: readonly TaggedSpan[]): TaggedSpan[] {
  let reached = -1;
  return sorted.filter((span) => {
    if (span.end <= reached) return false;
    reached = span.end;
    return true;
  });
}

/** Context tags inside one another that are opened; deeper ones are text, so that a hostile prompt cannot exhaust the stack. */
const MAX_WRAPPERS = 4;

/** Passages of a span: its child elements when it holds nothing but elements of one name, else its text as one; wrappers that are context tags themselves are opened too. */
export function splitPassages(inner: string, tags: readonly string[], wrappers = MAX_WRAPPERS): string[] {
  const children = wrappers > 0 ? siblings(inner.trim()) : undefined;
  if (children === undefined) return /\S/.test(inner) ? [inner.trim()] : [];
  const isWrapper = tags.some((tag) => tag.toLowerCase() === children.name);
  return children.inners.flatMap((child) => {
    if (isWrapper) return splitPassages(child, tags, wrappers - 1);
    return /\S/.test(child) ? [child.trim()] : [];
  });
}

function siblings(text: string): { readonly name: string; readonly inners: string[] } | undefined {
  const first = /^<([A-Za-z][\w.-]*)(?:\s[^<>]*)?>/.exec(text)?.[1];
  if (first === undefined) return undefined;
  const element = new RegExp(`\\s*<${escapeRegExp(first)}(?:\\s[^<>]*)?>`, "iy");
  const closing = new RegExp(`</${escapeRegExp(first)}\\s*>`, "gi");
  const inners: string[] = [];
  let at = 0;
  while (at < text.length) {
    element.lastIndex = at;
    if (!element.test(text)) return undefined;
    closing.lastIndex = element.lastIndex;
    const close = closing.exec(text);
    // The last element may have been cut; its text still is a passage.
    inners.push(text.slice(element.lastIndex, close?.index ?? text.length));
    at = close === null ? text.length : closing.lastIndex;
  }
  return { name: first.toLowerCase(), inners };
}

/** The text without the spans; what stood on both sides of one is joined by a newline. */
export function cutOut(
  text: string,
  spans: readonly { readonly start: number; readonly end: number }[],
): string {
  const pieces: string[] = [];
  let at = 0;
  for (const span of spans) {
    pieces.push(text.slice(at, span.start));
    at = span.end;
  }
  pieces.push(text.slice(at));
  return pieces
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "")
    .join("\n");
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
