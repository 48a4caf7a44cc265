import type { JudgeInput } from "../judge-input.ts";
import type { InjectionStyle } from "./styles.ts";
import { suspectText } from "./suspect-text.ts";

/** A section of the prompt (`question`, `passage 2`, `answer`, …) whose text seems to speak to its judge. */
export interface Suspicion {
  readonly section: string;
  readonly styles: readonly InjectionStyle[];
}

/** The suspicious sections of an input, in the order of the prompt. */
export function suspectInput(input: JudgeInput): Suspicion[] {
  const sections: (readonly [string, string | undefined])[] = [
    ["system", input.system],
    ["question", input.question],
    ...input.contexts.map((text, rank) => [`passage ${rank + 1}`, text] as const),
    ["reference", input.reference],
    ["answer", input.answer],
  ];
  return sections.flatMap(([section, text]) => {
    const styles = text === undefined ? [] : suspectText(text);
    return styles.length === 0 ? [] : [{ section, styles }];
  });
}

const MAX_CHARS = 200;

/** Suspicions in one line of at most 200 characters, e.g. `passage 2: override; answer: filler`; undefined for none. */
export function describeSuspicions(suspicions: readonly Suspicion[]): string | undefined {
  if (suspicions.length === 0) return undefined;
  const line = suspicions.map(({ section, styles }) => `${section}: ${styles.join(", ")}`).join("; ");
  return line.length <= MAX_CHARS ? line : `${line.slice(0, MAX_CHARS - 1)}…`;
}
