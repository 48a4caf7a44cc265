import type { Exchange } from "./exchange.ts";

/** The text of the last user turn: the question, behind the passages if the app puts them into the prompt. */
export function userText(exchange: Exchange): string {
  switch (exchange.placement) {
    case "tagged":
      return `${exchange.contexts.map((passage) => `<context>\n${passage}\n</context>`).join("\n")}\n\n${exchange.question}`;
    case "documents":
      return `<documents>\n${exchange.contexts
        .map((passage, index) => `<document index="${index + 1}">\n${passage}\n</document>`)
        .join("\n")}\n</documents>\n\n${exchange.question}`;
    case "tool_result":
    case "out_of_band":
      return exchange.question;
  }
}

/** The reply as text pieces of a few words, as a stream delivers them; together they are `text`. */
export function streamPieces(text: string): string[] {
  const words = text.split(/(?<= )/);
  const pieces: string[] = [];
  for (let at = 0; at < words.length; at += WORDS_PER_PIECE) {
    pieces.push(words.slice(at, at + WORDS_PER_PIECE).join(""));
  }
  return pieces;
}

const WORDS_PER_PIECE = 8;
