import type { reportOf } from "./drift-report.ts";

type Report = ReturnType<typeof reportOf>;

const cell = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : String(value);

function lines(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (found, row) => row.map((text, i) => Math.max(found[i] ?? 0, text.length)),
    [],
  );
  return rows
    .map(
      (row) =>
        `  ${row
          .map((text, i) => text.padEnd(widths[i] ?? 0))
          .join("  ")
          .trimEnd()}`,
    )
    .join("\n");
}

/** The report for people. */
export function tableOf({ falsePerWeek, delayHours, delayGoals, rates, peers, missed }: Report): string {
  const { tokens, quality, embedding, spend } = falsePerWeek;
  const ours: Readonly<Record<string, number>> = {
    "tokens iid": tokens.iid,
    "tokens ar": tokens.ar,
    "quality iid": quality.iid,
    "quality ar": quality.ar,
    embedding,
    spend,
  };
  const list = (values: Readonly<Record<string, number | null>>): string =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${cell(value)}`)
      .join(", ");
  return [
    "False alarms a week without any change (target 0.1)",
    lines(
      Object.entries(ours).map(([name, rate]) => [name, String(rate), list(peers.falsePerWeek[name] ?? {})]),
    ),
    "",
    "Hours until a change is found: median [9 of 10 within], goal",
    lines(
      Object.entries(delayHours).map(([name, { median, p90 }]) => [
        name,
        `${cell(median)} [${cell(p90)}]`,
        cell(delayGoals[name]),
        list(peers.medianDelayHours[name] ?? {}),
      ]),
    ),
    "",
    `On a real rate curve: ${JSON.stringify(rates)}`,
    missed.length === 0 ? "All goals met." : `Missed:\n  ${missed.join("\n  ")}`,
  ].join("\n");
}
