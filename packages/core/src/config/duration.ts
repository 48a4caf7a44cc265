import * as z from "zod";

const UNIT_MS = { s: 1_000, sec: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration as people write it (`90s`, `5min`, `6h`, `3d`), parsed to ms. */
export const duration = z.string().transform((text, context) => {
  const match = /^(\d+)\s*(s|sec|m|min|h|d)$/.exec(text.trim());
  if (match === null) {
    context.addIssue({ code: "custom", message: `"${text}" is not a duration such as "5min"` });
    return z.NEVER;
  }
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
});
