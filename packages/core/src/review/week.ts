import { DAY_MS } from "../drift/detect/cell.ts";

export const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05 was a Monday. */
const MONDAY = 4 * DAY_MS;

/** Start of the week (Monday, UTC) of an instant, ms. */
export const weekOf = (at: number): number => Math.floor((at - MONDAY) / WEEK_MS) * WEEK_MS + MONDAY;
