import type { MonthForecast } from "./forecast.ts";
import { momentText, percentText, usdText } from "./money.ts";
import type { PeriodReading } from "./reading.ts";

/** `$6,412 of $10,000 (64 %)`. */
export const ofBudget = ({ spentPicoUsd, budgetPicoUsd }: PeriodReading): string =>
  `${usdText(spentPicoUsd)} of ${usdText(budgetPicoUsd)} (${percentText(spentPicoUsd / budgetPicoUsd)})`;

/** The forecast in one sentence, with what is not known. */
export function forecastText(forecast: MonthForecast): string {
  if (forecast.status === "unknown") return "No spend is known, so there is no forecast.";
  const missing =
    forecast.missingBefore === null
      ? ""
      : ` Spend of the month before ${momentText(forecast.missingBefore)} is not known.`;
  if (forecast.status === "learning") {
    const days = forecast.daysLeft === 1 ? "1 more day" : `${forecast.daysLeft} more days`;
    const plain =
      forecast.runRatePicoUsd === null
        ? ""
        : ` If the month goes on like what is known so far, it ends at about ${usdText(forecast.runRatePicoUsd)}.`;
    return `No forecast yet: it takes ${days} to learn the week.${plain}${missing}`;
  }
  const [low, high] = forecast.interval80;
  return `If the coming days are like the last weeks, the month ends at about ${usdText(forecast.expectedPicoUsd)} (between ${usdText(low)} and ${usdText(high)} with a chance of 80 %); the chance of passing the budget is ${percentText(forecast.overBudget)}.${missing}`;
}
