import type { JudgeInput } from "./judge-input.ts";
import type { Verdicts } from "./judge-schema.ts";
import { countQuotes, type QuotedText, quotes, readForQuotes } from "./quote-match.ts";

type Claim = Verdicts["claims"][number];

/** Why a verdict on a claim is void. */
type VoidReason =
  /** The claim does not quote the answer: the answer does not make it. */
  | "not_in_answer"
  /** The same claim more often than the answer makes it. */
  | "repeated"
  /** Supported without a quote that a cited passage contains: nobody has shown the support. */
  | "no_evidence";

/** A void verdict; `claim` is its position in the judge's list, from 1. */
export interface VoidVerdict {
  readonly claim: number;
  readonly reason: VoidReason;
}

/** Verdicts whose `claims` were checked: each stands once, "yes" only where the quoted evidence exists. */
export type CheckedVerdicts = Verdicts & {
  /** More of the claims are void than may be: there is no score of them. */
  readonly unverifiable?: boolean;
};

/** Void claims up to this share are a judge's slips; above it the verdicts are not to be trusted. */
export const MAX_VOID_SHARE = 0.25;

/**
 * Voids every verdict that does not prove itself, in the direction in which nobody gains: an invented or repeated claim
 * leaves numerator and denominator, an unproven support leaves the numerator only. So whatever a text talks the judge
 * into, void verdicts never raise faithfulness; too many of them make it fail.
 */
export function crossCheck(
  verdicts: Verdicts,
  input: JudgeInput,
): { readonly verdicts: CheckedVerdicts; readonly voids: readonly VoidVerdict[] } {
  const { claims } = verdicts;
  const answer = readForQuotes(input.answer);
  const passages = new Map<number, QuotedText>();
  const passage = (number: number): QuotedText => {
    const known = passages.get(number) ?? readForQuotes(input.contexts[number - 1] ?? "");
    passages.set(number, known);
    return known;
  };
  const seen = new Map<string, number>();
  const kept: Claim[] = [];
  const voids: VoidVerdict[] = [];
  for (const [position, claim] of claims.entries()) {
    const key = readForQuotes(claim.text).words;
    const made = countQuotes(claim.quote, answer);
    const before = seen.get(key) ?? 0;
    const reason =
      made === 0
        ? "not_in_answer"
        : before >= made
          ? "repeated"
          : claim.supported === "yes" &&
              !(claim.evidence ?? []).some((number) => quotes(claim.evidence_quote, passage(number)))
            ? "no_evidence"
            : undefined;
    seen.set(key, before + 1);
    if (reason === undefined) kept.push(claim);
    else voids.push({ claim: position + 1, reason });
    if (reason === "no_evidence") kept.push({ ...claim, supported: "no" });
  }
  const unverifiable = voids.length > MAX_VOID_SHARE * claims.length;
  return { verdicts: { ...verdicts, claims: kept, unverifiable }, voids };
}

const WORDS: Readonly<Record<VoidReason, string>> = {
  not_in_answer: "quote is not in the answer",
  repeated: "told more often than the answer makes it",
  no_evidence: "evidence_quote is not in a cited passage",
};

/** What to tell the judge about its void verdicts; names places, not content. */
export const describeVoids = (voids: readonly VoidVerdict[]): string =>
  voids.map(({ claim, reason }) => `claim ${claim}: ${WORDS[reason]}`).join("; ");
