import type { Random } from "./random.ts";

/** Who uses the app: returning users drawn by popularity rank (Zipf–Mandelbrot), each belonging to one tenant. */
export interface Population {
  drawUser(random: Random): { readonly user: string; readonly tenant: string };
}

const TENANTS = ["acme-homes", "birchwood", "corvo-retail", "dunmore", "eastgate", "fjordline"] as const;

/** A population of `size` users; the probability of rank k is proportional to (k + 20)^-0.9, so that no user dominates an arm. */
export function createPopulation(size: number): Population {
  const cumulative = new Float64Array(size);
  let total = 0;
  for (let rank = 0; rank < size; rank++) {
    total += (rank + 21) ** -0.9;
    cumulative[rank] = total;
  }
  return {
    drawUser(random) {
      const wanted = random.next() * total;
      let low = 0;
      let high = size - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((cumulative[middle] ?? total) <= wanted) low = middle + 1;
        else high = middle;
      }
      return {
        user: `user-${String(low + 1).padStart(4, "0")}`,
        tenant: TENANTS[low % TENANTS.length] ?? "acme-homes",
      };
    },
  };
}
