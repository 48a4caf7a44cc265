import type { Random } from "./random.ts";

/** An event of the app on the bus, at its delivery time. */
export interface TrafficEvent {
  readonly detailType: "feedback" | "interaction";
  readonly detail: object;
  readonly at: number;
}

/** The answered request that people may react to. */
interface Answered {
  readonly requestId: string;
  readonly sessionId: string;
  readonly user: string;
  readonly at: number;
  readonly grounded: boolean;
}

const MINUTE = 60_000;
const COMPLAINTS = [
  "That is not what your website says.",
  "The number is wrong, I checked my invoice.",
  "This did not answer my question at all.",
];
const PRAISE = ["Clear and quick, thanks.", "Exactly what I needed.", "Works now."];

/** Reactions to one answer: rare, mostly negative on bad answers, some late, doubled, changed or without a known request. */
export function reactTo(random: Random, answered: Answered): TrafficEvent[] {
  const bad = !answered.grounded;
  const events: TrafficEvent[] = [];
  const give = (kind: string, value: unknown, more: object = {}): void => {
    const at = Math.round(answered.at + delay(random));
    events.push(
      feedbackEvent(at, {
        feedbackId: `f-${random.uuid()}`,
        ...target(random, answered),
        kind,
        value,
        ...more,
      }),
    );
  };
  if (random.chance(bad ? 0.22 : 0.071)) {
    const down = random.chance(bad ? 0.85 : 0.1);
    give("thumbs", down ? "down" : "up");
    if (random.chance(0.03)) give("thumbs", down ? "up" : "down");
  }
  if (random.chance(0.01)) give("rating", bad ? random.integer(1, 2) : random.integer(4, 5));
  if (random.chance(bad ? 0.02 : 0.004)) {
    give("comment", undefined, { comment: random.pick(bad ? COMPLAINTS : PRAISE) });
  }
  if (random.chance(bad ? 0.08 : 0.008)) give("implicit", "regenerate");
  if (random.chance(bad ? 0.05 : 0.004)) give("implicit", "escalate");
  if (random.chance(bad ? 0.01 : 0.05)) give("implicit", "copy");
  if (bad && random.chance(0.01)) give("correction", "The help center says something else.");
  const [first] = events;
  if (first !== undefined && random.chance(0.02))
    events.push({ ...first, at: first.at + random.integer(1, 90) * 1_000 });
  return events;
}

function feedbackEvent(at: number, detail: object): TrafficEvent {
  return { detailType: "feedback", detail: { ...detail, at: new Date(at).toISOString() }, at };
}

/** Seconds to minutes mostly; one in twenty comes up to 20 hours late. */
function delay(random: Random): number {
  const draw = random.next();
  if (draw < 0.75) return random.between(5_000, 2 * MINUTE);
  return draw < 0.95
    ? random.between(2 * MINUTE, 120 * MINUTE)
    : random.between(120 * MINUTE, 1_200 * MINUTE);
}

function target(random: Random, { requestId, sessionId, user }: Answered): object {
  const draw = random.next();
  if (draw < 0.015) return { sessionId, user };
  return draw < 0.025 ? { requestId: random.uuid(), sessionId, user } : { requestId, sessionId, user };
}
