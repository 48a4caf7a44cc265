const HOURS_PER_DAY = 24;
const SECONDS_PER_DAY = 86_400;
const STEPS = 288;

/** Traffic at an hour of the day (UTC, 0–24) relative to the night's floor: two working-day humps and a small evening one, peak about four times the trough. */
function relativeRate(hour: number): number {
  return 1 + hump(hour, 10.3, 1.8, 3) + hump(hour, 15.6, 1.9, 2.7) + hump(hour, 20.5, 1.8, 1);
}

/** How long after `start` (ms, a whole second, less than a day) the fraction `share` in [0, 1) of a day's traffic has come. */
export function instantOfShare(start: number, share: number): number {
  const startHour = (start / 3_600_000) % HOURS_PER_DAY;
  const cumulative = cumulativeRates(startHour);
  const total = cumulative[STEPS] ?? 0;
  const wanted = share * total;
  let low = 0;
  let high = STEPS;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 0) <= wanted) low = middle;
    else high = middle;
  }
  const floor = cumulative[low] ?? 0;
  const width = (cumulative[high] ?? total) - floor;
  const elapsed = ((low + Math.min(1, (wanted - floor) / width)) / STEPS) * SECONDS_PER_DAY;
  return 1_000 * Math.min(SECONDS_PER_DAY - 1, Math.floor(elapsed));
}

/** Bell around `centre`, wrapped over midnight. */
function hump(hour: number, centre: number, width: number, height: number): number {
  const distance = Math.abs(hour - centre) % HOURS_PER_DAY;
  const nearest = Math.min(distance, HOURS_PER_DAY - distance);
  return height * Math.exp(-((nearest / width) ** 2) / 2);
}

const tables = new Map<number, Float64Array>();

function cumulativeRates(startHour: number): Float64Array {
  const known = tables.get(startHour);
  if (known !== undefined) return known;
  const cumulative = new Float64Array(STEPS + 1);
  for (let step = 0; step < STEPS; step++) {
    const hour = (startHour + ((step + 0.5) / STEPS) * HOURS_PER_DAY) % HOURS_PER_DAY;
    cumulative[step + 1] = (cumulative[step] ?? 0) + relativeRate(hour);
  }
  tables.set(startHour, cumulative);
  return cumulative;
}
