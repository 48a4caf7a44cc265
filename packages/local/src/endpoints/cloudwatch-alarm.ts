export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

export type ComparisonOperator =
  | "GreaterThanOrEqualToThreshold"
  | "GreaterThanThreshold"
  | "LessThanThreshold"
  | "LessThanOrEqualToThreshold";

export type TreatMissingData = "missing" | "ignore" | "breaching" | "notBreaching";

export interface AlarmThreshold {
  readonly comparisonOperator: ComparisonOperator;
  readonly threshold: number;
  /** N, in periods. */
  readonly evaluationPeriods: number;
  /** M ≤ N. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: TreatMissingData;
}

/** Periods CloudWatch looks at beyond N when data is missing; its guide shows a range of 5 for N = 3. */
const EXTRA_PERIODS = 2;

/** Number of periods in the evaluation range of an alarm with N = `evaluationPeriods`. */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + EXTRA_PERIODS;
}

/** Whether one datapoint breaches the threshold. */
export function breaches(
  { comparisonOperator, threshold }: Pick<AlarmThreshold, "comparisonOperator" | "threshold">,
  value: number,
): boolean {
  switch (comparisonOperator) {
    case "GreaterThanOrEqualToThreshold":
      return value >= threshold;
    case "GreaterThanThreshold":
      return value > threshold;
    case "LessThanThreshold":
      return value < threshold;
    case "LessThanOrEqualToThreshold":
      return value <= threshold;
  }
}

/** The state CloudWatch gives an alarm for one evaluation range (oldest first, `undefined` = missing); the tables of its guide, "Configuring how alarms treat missing data". */
export function evaluateAlarm(
  alarm: AlarmThreshold,
  datapoints: readonly (number | undefined)[],
  current: AlarmState,
): AlarmState {
  const { evaluationPeriods: n, datapointsToAlarm: m, treatMissingData } = alarm;
  const real = datapoints.filter((value) => value !== undefined);
  const evaluated = real.slice(-n).map((value) => breaches(alarm, value));
  const breaching = evaluated.filter(Boolean).length;
  const toFill = n - evaluated.length;

  if (breaching >= m) return "ALARM";
  if (toFill === 0) return "OK";
  switch (treatMissingData) {
    case "breaching":
      return breaching + toFill >= m ? "ALARM" : "OK";
    case "notBreaching":
      return "OK";
    case "ignore":
      return breaching < evaluated.length ? "OK" : current;
    case "missing":
      if (evaluated.length === 0) return "INSUFFICIENT_DATA";
      if (evaluated.length < m && staleBreach(alarm, datapoints)) return "ALARM";
      // Only breaching points, and too few or too young: the next one may be good, so the alarm waits.
      return breaching < evaluated.length ? "OK" : current;
  }
}

/** The premature-alarm rule: the oldest breaching point is at least M positions old and everything newer breaches or is missing. */
function staleBreach(alarm: AlarmThreshold, datapoints: readonly (number | undefined)[]): boolean {
  const bad = (value: number | undefined) => value !== undefined && breaches(alarm, value);
  const oldest = datapoints.findIndex(bad);
  if (oldest < 0 || datapoints.length - oldest < alarm.datapointsToAlarm) return false;
  return datapoints.slice(oldest).every((value) => value === undefined || bad(value));
}
