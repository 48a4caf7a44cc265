/** Version of the scoring code: raise it when the same verdicts would give other scores. */
export const EVALUATOR_VERSION = "2";

/** First 12 hex digits of SHA-256 over rubric, message layout and tool schema; a test recomputes it. */
export const JUDGE_PROMPT_VERSION = "7cd6c10aa7ce";
