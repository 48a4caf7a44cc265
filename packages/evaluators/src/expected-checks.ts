import type { Expected } from "@bellwether/core/gate/suite";
import type { Check, Scorer } from "./checks.ts";
import { compileSchema } from "./scorers/json.ts";

/** The checks that an item of a suite expects its answer to pass; throws Error for a broken JSON Schema. */
export function expectedChecks(expected: Expected | undefined): Check[] {
  if (expected === undefined) return [];
  const scorers: Scorer[] = [];
  if (expected.json_valid) scorers.push({ scorer: "json_valid", fenced: false });
  if (expected.json_schema !== undefined)
    scorers.push({ scorer: "json_schema", fenced: false, violation: compileSchema(expected.json_schema) });
  if (expected.regex !== undefined)
    scorers.push({ scorer: "regex", pattern: new RegExp(expected.regex, "u") });
  if (expected.contains !== undefined) scorers.push({ scorer: "contains", texts: expected.contains });
  if (expected.max_words !== undefined) scorers.push({ scorer: "max_words", words: expected.max_words });
  if (expected.min_chars !== undefined || expected.max_chars !== undefined)
    scorers.push({ scorer: "length", minChars: expected.min_chars, maxChars: expected.max_chars });
  if (expected.exact_match !== undefined)
    scorers.push({ scorer: "exact_match", loose: expected.exact_match === "loose" });
  for (const scorer of ["rouge_l", "bleu", "semantic_similarity"] as const)
    if (expected[scorer]) scorers.push({ scorer });
  return scorers.map((scorer) => ({ ...scorer, weight: 0, spareJudge: false }));
}
