/** At most `max` UTF-16 units of a text; what was cut ends in an ellipsis, never in half a character. */
export const clip = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
