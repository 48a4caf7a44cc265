import { hash } from "node:crypto";

/** Version of a data set: the first 12 hex digits of its content's SHA-256. */
export const versionOf = (lines: string): string => hash("sha256", lines, "hex").slice(0, 12);
