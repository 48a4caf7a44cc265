/** Harm classes in the vocabulary of Bedrock Guardrails content filters, with self-harm and privacy apart. */
export const HARM_CATEGORIES = [
  "hate",
  "insults",
  "sexual",
  "violence",
  "self_harm",
  "misconduct",
  "privacy",
  "prompt_attack",
  "other",
] as const;
