/** A number as written and, when a unit was recognised, its value in the unit's base, e.g. 2 weeks = 20,160 min. */
export interface Quantity {
  readonly value: number;
  readonly measure?: { readonly unit: string; readonly value: number };
}

/** Base unit and factor of a unit word. */
const UNITS: ReadonlyMap<string, readonly [string, number]> = new Map(
  (
    [
      [["second", "sec"], "min", 1 / 60],
      [["minute", "min"], "min", 1],
      [["hour", "hr", "h"], "min", 60],
      [["day", "night"], "min", 1_440],
      [["week"], "min", 10_080],
      [["month"], "month", 1],
      [["year", "yr"], "month", 12],
      [["percent", "pct", "%"], "percent", 1],
      [["dollar", "usd", "$", "buck"], "usd", 1],
      [["euro", "eur", "€"], "eur", 1],
      [["pound", "gbp", "£"], "gbp", 1],
      [["kb", "kilobyte"], "byte", 1e3],
      [["mb", "megabyte"], "byte", 1e6],
      [["gb", "gigabyte"], "byte", 1e9],
      [["tb", "terabyte"], "byte", 1e12],
      [["km", "kilometer", "kilometre"], "m", 1_000],
      [["kg", "kilogram", "kilo"], "kg", 1],
      [["mile"], "mile", 1],
    ] as const
  ).flatMap(([names, base, factor]) => names.map((name) => [name, [base, factor] as const] as const)),
);

const NUMBER_WORDS: ReadonlyMap<string, number> = new Map([
  ...["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"].map(
    (word, position) => [word, position + 2] as const,
  ),
  ...["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"].map(
    (word, position) => [word, position + 13] as const,
  ),
  ...["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"].map(
    (word, position) => [word, 10 * (position + 2)] as const,
  ),
  ["dozen", 12],
  ["hundred", 100],
  ["thousand", 1_000],
]);

/** Value of a spelled-out number such as `thirty`, if the word is one. */
export function numberWord(word: string): number | undefined {
  return NUMBER_WORDS.get(word);
}

/** Whether a word names a unit (singular or plural). */
export function isUnit(word: string): boolean {
  return UNITS.has(word) || UNITS.has(word.replace(/s$/, ""));
}

/** A number with the unit word that belongs to it. */
export function quantity(value: number, unitWord: string | undefined): Quantity {
  const unit =
    unitWord === undefined ? undefined : (UNITS.get(unitWord) ?? UNITS.get(unitWord.replace(/s$/, "")));
  return unit === undefined ? { value } : { value, measure: { unit: unit[0], value: value * unit[1] } };
}

/** A time of day in minutes after midnight. */
export function clockTime(minutes: number): Quantity {
  return { value: minutes, measure: { unit: "clock", value: minutes } };
}

/** Whether a source's quantity states the claim's: same amount in the same unit, or same number where one has no unit. */
export function agrees(claim: Quantity, source: Quantity): boolean {
  if (claim.measure === undefined || source.measure === undefined) return claim.value === source.value;
  if (claim.measure.unit !== source.measure.unit) return false;
  const { value } = claim.measure;
  return Math.abs(value - source.measure.value) <= 1e-9 * Math.max(1, Math.abs(value));
}
