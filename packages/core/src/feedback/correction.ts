/** What a user says the answer should have been. */
export interface Correction {
  readonly requestId: string;
  readonly value: string;
}

/** S3 key of a correction in the lake bucket; a feedbackId counts once, so its document is an overwrite. */
export const correctionKey = (feedbackId: string): string =>
  `corrections/${encodeURIComponent(feedbackId)}.json`;
