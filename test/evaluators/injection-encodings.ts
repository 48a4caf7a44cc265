/** Disguises for a text; each is undone by a reader who knows it. */
export const base64 = (text: string): string => Buffer.from(text).toString("base64");

export const asHex = (text: string): string => Buffer.from(text).toString("hex");

export const asRot13 = (text: string): string =>
  text.replace(/[a-z]/gi, (c) => String.fromCharCode(c.charCodeAt(0) + (c.toLowerCase() < "n" ? 13 : -13)));

export const asPercent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

export const asHtmlEntities = (text: string): string =>
  [...text].map((c) => `&#${c.codePointAt(0)};`).join("");

export const asCharCodes = (text: string): string => [...text].map((c) => c.codePointAt(0)).join(" ");

export const asReversed = (text: string): string => [...text].reverse().join("");

export const asTags = (text: string): string =>
  [...text].map((c) => String.fromCodePoint(0xe0000 + (c.codePointAt(0) ?? 0))).join("");

/** One byte per selector: U+FE00 to U+FE0F, then U+E0100 on, after one visible character. */
export const asVariationSelectors = (text: string): string =>
  `😊${[...Buffer.from(text)].map((b) => String.fromCodePoint(b < 16 ? 0xfe00 + b : 0xe0100 + b - 16)).join("")}`;

export const zeroWidth = (text: string): string => text.replace(/[a-z](?=[a-z])/gi, "$&\u200B");

const LOOKALIKES: Readonly<Record<string, string>> = {
  a: "а",
  c: "с",
  e: "е",
  i: "і",
  o: "о",
  p: "р",
  s: "ѕ",
  x: "х",
  y: "у",
};
export const homoglyphs = (text: string): string => text.replace(/[aceiopsxy]/g, (c) => LOOKALIKES[c] ?? c);

const LEET: Readonly<Record<string, string>> = { a: "4", e: "3", i: "1", o: "0", s: "5", t: "7" };
export const leet = (text: string): string => text.replace(/[aeiost]/g, (c) => LEET[c] ?? c);

export const spaced = (text: string): string => text.replace(/\S(?=\S)/g, "$& ");

const MORSE =
  ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..".split(
    " ",
  );
export const asMorse = (text: string): string =>
  text
    .toLowerCase()
    .split(" ")
    .map((word) => [...word].map((c) => MORSE[c.charCodeAt(0) - 97] ?? "").join(" "))
    .join(" / ");
