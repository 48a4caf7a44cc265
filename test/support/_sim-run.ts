import { simulateVerdict } from "/work/main/test/support/simulate-canary.ts";
const [reg, costs, n, seed0, badFrom] = process.argv.slice(2);
let breaches = 0, within = 0; const delays: number[] = []; const lead: Record<string, number> = {}; const maxparts: Record<string, number[]> = {};
const t0 = Date.now(); let early = 0;
for (let i = 0; i < Number(n); i++) {
  const bad = Number(badFrom ?? 24);
  const hours = reg === "none" ? 96 : bad + 25;
  const v = simulateVerdict({ seed: Number(seed0) + i, regression: reg as any, costs: costs as any, badFromHour: bad, hours });
  if (v.breachHour !== undefined) {
    if (reg !== "none" && v.breachHour <= bad) { early++; continue; }
    breaches++; const d = v.breachHour - bad; delays.push(d); if (d <= 24) within++;
    lead[String(v.finding.rule)] = (lead[String(v.finding.rule)] ?? 0) + 1;
    if (reg === "none") console.error("seed", Number(seed0)+i, v.breachHour, v.finding.reason, v.finding.evidence.map(e => e.name.slice(0,4)+":"+e.logE.toFixed(1)).join(" "));
  }
}
delays.sort((a, b) => a - b);
console.log(reg, costs, { n, breaches, early, within24: within, median: delays[delays.length >> 1], p90: delays[Math.floor(delays.length * .9)], lead, ms: Date.now() - t0 });
