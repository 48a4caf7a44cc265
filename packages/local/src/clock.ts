export interface VirtualClock {
  /** Virtual time in ms since the epoch. */
  now(): number;
  /** Moves the clock to `ms`; throws RangeError when that is earlier than now or not finite. */
  set(ms: number): void;
  /** Eight bytes holding the time as one Float64, to hand to a worker thread. */
  readonly buffer: SharedArrayBuffer;
}

/** A clock that stands still until it is set; with `shared` it joins the clock living there (moved on to `start` if that is later). */
export function createClock(start: number, shared?: SharedArrayBuffer): VirtualClock {
  const buffer = shared ?? new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  const time = new Float64Array(buffer, 0, 1);
  const now = () => time[0] as number;
  const set = (ms: number) => {
    if (!Number.isFinite(ms)) throw new RangeError(`virtual time must be finite, got ${ms}`);
    if (ms < now()) throw new RangeError(`virtual time never goes backwards: ${ms} is before ${now()}`);
    time[0] = ms;
  };
  if (shared === undefined || start > now()) set(start);
  return { now, set, buffer };
}
