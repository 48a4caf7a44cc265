/** How long feedback may still raise an inclusion probability, ms of event time; afterwards pi is final (stats H). */
export const FEEDBACK_WINDOW_MS = 72 * 3_600_000;

/** May feedback given at `feedbackAt` still raise pi of a request made at `requestAt`? */
export const isProvisional = (requestAt: number, feedbackAt: number): boolean =>
  feedbackAt - requestAt <= FEEDBACK_WINDOW_MS;
