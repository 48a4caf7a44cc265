import { type Segment, segmentFrom } from "@bellwether/core/windows/items";

/** A segment of the app `bot` with these values and `none` elsewhere, whatever keys a segment has. */
export const segmentWith = (values: Partial<Segment>): Segment => ({
  ...segmentFrom("bot", () => "none"),
  ...values,
});
