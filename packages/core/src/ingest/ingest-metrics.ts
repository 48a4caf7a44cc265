import type { MetricName } from "../metrics.ts";
import type { IngestReport } from "./ingest-object.ts";

/** Health metrics of one ingested object, in the unit of the registry. */
export function ingestMetrics(report: IngestReport, deliveredAt: number): [MetricName, number][] {
  const metrics: [MetricName, number][] = [
    ["LinesRead", report.read],
    ["RecordsKept", report.kept],
    ["RecordsQuarantined", report.quarantined],
    ["RecordsDuplicate", report.duplicate],
    ["RecordsUnpriced", report.unpriced],
    ["BodiesUnreadable", report.bodiesUnreadable],
    ["EmbeddingsFailed", report.embeddingsFailed],
    ["UnconfiguredApps", report.unconfiguredApps.size],
  ];
  if (report.newest !== undefined) {
    metrics.push(["IngestLag", Math.max(0, deliveredAt - report.newest) / 1_000]);
  }
  return metrics;
}
