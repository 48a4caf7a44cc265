/** One bucket of an exponential histogram: how many values, their sum and Σ(x − mean)². */
interface Bucket {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
}

const PER_ROW = 5;
const CLOCK = 32;
const LEAST = 5;
const GRACE = 10;

function joined(a: Bucket, b: Bucket): Bucket {
  const n = a.n + b.n;
  const between = a.n === 0 || b.n === 0 ? 0 : ((a.n * b.n) / n) * (a.sum / a.n - b.sum / b.n) ** 2;
  return { n, sum: a.sum + b.sum, squares: a.squares + b.squares + between };
}

/** ADWIN2 (Bifet & Gavaldà 2007): true when the window is cut, with river's clock 32, grace 10 and least part 5. */
export function adwin(delta = 0.002): (value: number) => boolean {
  // Oldest first; sizes fall by powers of two towards the end.
  let buckets: Bucket[] = [];
  let seen = 0;

  const compress = (): void => {
    for (let size = 1, end = buckets.length; ; size *= 2) {
      let start = end;
      while (start > 0 && (buckets[start - 1] as Bucket).n === size) start -= 1;
      if (end - start <= PER_ROW) return;
      buckets.splice(start, 2, joined(buckets[start] as Bucket, buckets[start + 1] as Bucket));
      end = start + 1;
    }
  };
  const cut = (): boolean => {
    const all = buckets.reduce(joined, { n: 0, sum: 0, squares: 0 });
    if (all.n <= GRACE) return false;
    const variance = all.squares / all.n;
    const log = Math.log((2 * Math.log(all.n)) / delta);
    let n = 0;
    let sum = 0;
    for (const bucket of buckets) {
      n += bucket.n;
      sum += bucket.sum;
      const m = all.n - n;
      if (n < LEAST || m < LEAST) continue;
      const inverse = 1 / (n - LEAST + 1) + 1 / (m - LEAST + 1);
      const bound = Math.sqrt(2 * inverse * variance * log) + (2 / 3) * inverse * log;
      if (Math.abs(sum / n - (all.sum - sum) / m) > bound) return true;
    }
    return false;
  };

  return (value) => {
    buckets.push({ n: 1, sum: value, squares: 0 });
    compress();
    seen += 1;
    if (seen % CLOCK !== 0) return false;
    let changed = false;
    while (buckets.length > 1 && cut()) {
      buckets = buckets.slice(1);
      changed = true;
    }
    return changed;
  };
}
