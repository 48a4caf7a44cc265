import type { LakeRow } from "@bellwether/core/lake/tables";
import { emptyRepriceTally, type RepriceTally } from "@bellwether/core/prices/reprice-tally";

/** The tally of a row's model, by ARN where the model is not a public one; made when it is not there yet. */
export function tallyOf(byModel: Map<string, RepriceTally>, row: LakeRow): RepriceTally {
  const model = String(row.model_arn ?? row.model_id);
  const tally = byModel.get(model) ?? emptyRepriceTally();
  byModel.set(model, tally);
  return tally;
}
