/** Invisible characters that no pattern should stumble over; line breaks stay. */
const INVISIBLE = /\p{Cf}|\p{Variation_Selector}|\u034F|[\u115F\u1160\u3164]/gu;
const MARKS = /[\u0300-\u036F]/g;

/** Cyrillic and Greek letters that look Latin. */
const LOOKALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [..."аaсcеeіiоoрpѕsхxуyһhкkмmтtвbнhјjԁdԛqԝwɡgαaοoρpνvιiκkτtεeυuηn".matchAll(/(.)(.)/gu)].map((pair) => [
    pair[1],
    pair[2],
  ]),
);
const MIXED_WORD =
  /[\p{L}]*(?:\p{sc=Latin}[\p{sc=Cyrillic}\p{sc=Greek}]|[\p{sc=Cyrillic}\p{sc=Greek}]\p{sc=Latin})\p{L}*/gu;

/** Compatibility forms, letter case, accents and invisible characters folded away; words of mixed scripts made Latin. */
export function foldText(text: string): string {
  return text
    .toWellFormed()
    .replace(INVISIBLE, "")
    .normalize("NFKD")
    .replace(MARKS, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(MIXED_WORD, latin);
}

const latin = (word: string): string => word.replace(/./gu, (char) => LOOKALIKES[char] ?? char);

/** Whole text made Latin, for a text written in lookalikes only. */
export const readAsLatin = latin;

const LEET: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
};

/** Digits inside words read as the letters they resemble. */
export const readLeet = (folded: string): string =>
  folded.replace(/[\p{L}@$\d]*\p{L}[\p{L}@$\d]*/gu, (word) =>
    word.replace(/[013457@$]/g, (char) => LEET[char] ?? char),
  );

export const readReversed = (folded: string): string => [...folded].reverse().join("");

export const readRot13 = (folded: string): string =>
  folded.replace(/[a-z]/g, (char) => String.fromCharCode(((char.charCodeAt(0) - 97 + 13) % 26) + 97));

/** Runs of at least 12 letters that stand apart ("i g n o r e"), each drawn together into one word. */
export const readSpaced = (folded: string): string[] =>
  [...folded.matchAll(/(?:[\p{L}\p{N}][\s.\-_*·]{1,3}){11,}[\p{L}\p{N}]/gu)].map(([run]) =>
    run.replace(/[^\p{L}\p{N}]/gu, ""),
  );
