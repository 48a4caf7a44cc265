import { sparkline } from "../demo/sparkline.ts";
import { type Io, renderTable } from "../output.ts";
import type { BacktestDocument, BacktestKind } from "./backtest-document.ts";

const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`;

function stateOf({ watchedDays, daysLeft, incidents }: BacktestKind, warmUpDays: number): string {
  if (watchedDays > 0) return `${plural(incidents, "incident")} in ${plural(watchedDays, "watched day")}`;
  return daysLeft === warmUpDays
    ? "nothing to learn from yet"
    : `learning, ${plural(daysLeft ?? 0, "day")} left`;
}

const kindLine = (one: BacktestKind, warmUpDays: number): string =>
  `  ${one.kind.padEnd(12)} ${sparkline(one.scores, 0, 1)}  ${stateOf(one, warmUpDays)}`;

/** A backtest as a person reads it: the score of every day by kind, then the incidents there would have been. */
export function renderBacktest(document: BacktestDocument, { color }: Pick<Io, "color">): string {
  const { app, detector, from, to, falsePagesPerWeek, warmUpDays, kinds, incidents } = document;
  const weeks = Math.max(0, ...kinds.map(({ watchedDays }) => watchedDays)) / 7;
  const expected = weeks * falsePagesPerWeek;
  const lines = [
    color.bold(`${app}: ${detector} from ${from} to ${to}`),
    `warm-up ${plural(warmUpDays, "day")}, at most ${falsePagesPerWeek} false pages a week and kind: without any change at most ${Number(expected.toPrecision(2))} per kind in this time`,
    "",
    ...(kinds.length === 0 ? [color.dim("  no readings")] : kinds.map((one) => kindLine(one, warmUpDays))),
    color.dim("               one column a day, up to the score that rings; · learning"),
    "",
  ];
  const rows = incidents.flatMap(({ kind, openedAt, closedAt, ending, series }) =>
    series.map(({ series: name, segment, onset, change }, index) => [
      index === 0 ? openedAt : "",
      index === 0 ? kind : "",
      segment === "all" ? name : `${name} (${segment})`,
      change,
      onset,
      index === 0 ? `${ending ?? "open"}${closedAt === null ? "" : ` ${closedAt}`}` : "",
    ]),
  );
  const table =
    rows.length === 0
      ? `${color.dim("nothing would have paged")}\n`
      : renderTable(["opened", "kind", "series", "change", "since", "ending"], rows, color);
  return `${lines.join("\n")}${table}`;
}
