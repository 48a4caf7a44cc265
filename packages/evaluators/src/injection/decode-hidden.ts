const MAX_DECODED = 64;
const MORSE = new Map(
  ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.."
    .split(" ")
    .map((code, at) => [code, String.fromCharCode(97 + at)]),
);

/** A decoded text, or nothing when it is not mostly readable. */
function readable(text: string): string[] {
  const letters = text.match(/[\p{L}\p{N}\s]/gu)?.length ?? 0;
  return text.length >= 6 && letters >= 0.7 * text.length && !text.includes("\uFFFD") ? [text] : [];
}

const utf8 = (bytes: readonly number[]): string[] =>
  readable(new TextDecoder().decode(Uint8Array.from(bytes)));

function base64(run: string): string[] {
  try {
    const binary = atob(run.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, ""));
    return utf8([...binary].map((char) => char.charCodeAt(0)));
  } catch {
    // Not base64 after all: there is nothing to read in it.
    return [];
  }
}

const codePoints = (numbers: readonly number[]): string =>
  numbers.map((n) => (n > 0 && n <= 0x10ffff ? String.fromCodePoint(n) : " ")).join("");

const DECODERS: readonly { readonly pattern: RegExp; readonly decode: (run: string) => string[] }[] = [
  { pattern: /[A-Za-z0-9+/_-]{16,}={0,2}/g, decode: base64 },
  {
    pattern: /(?:[0-9a-f]{2}[\s:]?){12,}/gi,
    decode: (run) => utf8((run.match(/[0-9a-f]{2}/gi) ?? []).map((byte) => Number.parseInt(byte, 16))),
  },
  {
    pattern: /(?:[\w.~-]{0,12}(?:%[0-9a-f]{2})){6,}[\w.~-]{0,12}/gi,
    decode: (run) =>
      utf8(
        (run.match(/%[0-9a-f]{2}|[^%]/gi) ?? []).map((part) =>
          part.length === 3 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0),
        ),
      ),
  },
  {
    pattern: /(?:&#x?[0-9a-f]{1,6};[\s\w]{0,3}){6,}/gi,
    decode: (run) =>
      readable(
        run.replace(/&#(x?)([0-9a-f]{1,6});/gi, (_, hex: string, digits: string) =>
          codePoints([Number.parseInt(digits, hex === "" ? 10 : 16)]),
        ),
      ),
  },
  {
    pattern: /(?:\b(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6])\b[\s,]{1,2}){8,}\d{2,3}/g,
    decode: (run) => readable(codePoints((run.match(/\d+/g) ?? []).map(Number))),
  },
  {
    pattern: /(?:\\u[0-9a-f]{4}|\\x[0-9a-f]{2}){6,}/gi,
    decode: (run) =>
      readable(codePoints((run.match(/[0-9a-f]{4}|[0-9a-f]{2}/gi) ?? []).map((n) => Number.parseInt(n, 16)))),
  },
  {
    pattern: /(?:[.-]{1,5}[ /]{1,3}){8,}[.-]{1,5}/g,
    decode: (run) =>
      readable(
        run
          .split(/\s*\/\s*|\s{2,}/)
          .map((word) =>
            word
              .split(" ")
              .map((code) => MORSE.get(code) ?? "")
              .join(""),
          )
          .join(" "),
      ),
  },
];

/** Texts that a reader who knows base64, hex, percent, entity, character-code or Morse notation finds in a text. */
export function decodeHidden(text: string): string[] {
  const found: string[] = [];
  for (const { pattern, decode } of DECODERS) {
    for (const [run] of text.matchAll(pattern)) {
      if (found.length >= MAX_DECODED) return found;
      found.push(...decode(run));
    }
  }
  return found;
}

// The flags of Scotland, Wales and England are spelled in tag characters.
const FLAG = /\u{1F3F4}[\u{E0020}-\u{E007E}]{2,6}\u{E007F}/gu;
const MIN_INVISIBLE = 6;

/** What is spelled in characters that nobody sees (tag characters, variation selectors); undefined if nothing is. */
export function readInvisible(text: string): string | undefined {
  const bare = text.replace(FLAG, "");
  const tags = bare.match(/[\u{E0020}-\u{E007E}]/gu) ?? [];
  const selectors = (bare.match(/[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]{6,}/gu) ?? []).join("");
  if (tags.length < MIN_INVISIBLE && selectors === "") return undefined;
  const spelled = tags.map((tag) => String.fromCodePoint((tag.codePointAt(0) ?? 0) - 0xe0000)).join("");
  const bytes = [...selectors].map((char) => {
    const code = char.codePointAt(0) ?? 0;
    return code >= 0xe0100 ? code - 0xe0100 + 16 : code - 0xfe00;
  });
  return spelled + new TextDecoder().decode(Uint8Array.from(bytes));
}
