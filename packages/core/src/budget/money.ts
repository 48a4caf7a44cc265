import { clip } from "../notices/clip.ts";

/** An amount of 1e-12 USD as people write it: cents, and below ten cents two digits that count. */
export function usdText(picoUsd: number): string {
  const usd = Math.abs(picoUsd) / 1e12;
  const sign = picoUsd < 0 ? "-" : "";
  if (usd === 0) return "$0";
  if (usd < 0.1) return `${sign}$${usd < 1e-6 ? "0.000001 or less" : decimals(usd)}`;
  const [whole = "", cents = ""] = usd.toFixed(2).split(".");
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return `${sign}$${grouped}${cents === "00" ? "" : `.${cents}`}`;
}

/** Two significant digits without an exponent. */
const decimals = (usd: number): string =>
  usd.toFixed(Math.max(2, 1 - Math.floor(Math.log10(usd)))).replace(/(\.\d\d\d*?)0+$/, "$1");

/** A multiple for people: `1.3`, `16`. */
export const timesText = (value: number): string => String(Number(value.toPrecision(value >= 100 ? 3 : 2)));

/** A share as a percentage; never 0 % or 100 % of what is merely near them. */
export function percentText(share: number): string {
  if (share > 0 && share < 0.01) return "below 1 %";
  if (share > 0.99 && share < 1) return "above 99 %";
  return `${Math.round(share * 100)} %`;
}

/** `1 request has`, `12 requests have`. */
export const requestsHave = (count: number): string =>
  count === 1 ? "1 request has" : `${count} requests have`;

const LONGEST_NAME = 60;

/** A name out of a log, on one line and no longer than people read. */
export const nameText = (name: string): string =>
  clip(name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim() || "(empty)", LONGEST_NAME);

const MINUTE_MS = 60_000;

/** A span in the largest unit that divides it: `5 minutes`, `1 hour`, `3 days`. */
export function spanText(ms: number): string {
  const units = [
    ["day", 1_440],
    ["hour", 60],
    ["minute", 1],
  ] as const;
  for (const [name, minutes] of units) {
    const count = ms / (minutes * MINUTE_MS);
    if (Number.isInteger(count) && count >= 1) return `${count} ${name}${count === 1 ? "" : "s"}`;
  }
  return `${Math.round(ms / MINUTE_MS)} minutes`;
}

/** `2026-11-21 17:05 UTC`. */
export const momentText = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
