import { whyNot } from "./answer.ts";
import { type Check, checkOf, ok, problem, unknown } from "./check.ts";
import type { Delivery } from "./read-delivery.ts";

const MINUTE = 60_000;
/** Bedrock delivers to S3 within minutes; calls older than this have their log object. */
const STALE_MS = 180 * MINUTE;
/** Ingest takes seconds; where two destinations are on, the second copy of a record adds nothing to the lake. */
const INGEST_MS = 60 * MINUTE;

/** `4 min`, `3 h`, `12 days`. */
function age(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / MINUTE));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1_440)} days`;
}

const LOG_OBJECTS = "log objects";

function logObjects({ log, marker, invocations }: Delivery, now: number): Check {
  return checkOf(LOG_OBJECTS, log, (newest) => {
    const calls = invocations.kind === "known" ? invocations.value : undefined;
    const silent = newest === undefined || now - newest.at > STALE_MS;
    const what =
      newest !== undefined
        ? `newest is ${age(now - newest.at)} old`
        : marker.kind === "known" && marker.value !== undefined
          ? `none yet; Bedrock wrote its test object ${age(now - marker.value)} ago`
          : "none, and no test object of Bedrock's";
    if (silent && calls !== undefined && calls > 0)
      return problem(
        LOG_OBJECTS,
        `${what}, though Bedrock counted ${calls} calls from 3 hours to 30 minutes ago`,
        "look at `bedrock logging` and `bucket policy` above; calls on bedrock-mantle are never logged",
      );
    if (!silent) return ok(LOG_OBJECTS, what);
    if (calls === undefined) return unknown(LOG_OBJECTS, `${what}; calls: ${whyNotKnown(invocations)}`);
    if (newest === undefined && (marker.kind !== "known" || marker.value === undefined))
      return unknown(LOG_OBJECTS, what, "make one call on Bedrock and look again in 15 minutes");
    return ok(LOG_OBJECTS, `${what}; no calls in between`);
  });
}

const whyNotKnown = (answer: Delivery["invocations"]): string =>
  answer.kind === "known" ? "" : whyNot(answer);

function lake({ log, lake: answer }: Delivery, now: number): Check {
  const name = "records arrive";
  return checkOf(name, answer, (newest) => {
    const logged = log.kind === "known" ? log.value?.at : undefined;
    if (newest === undefined && logged === undefined) return unknown(name, "no log object to ingest yet");
    const seen =
      newest === undefined
        ? "requests_log is empty"
        : `requests_log was last written ${age(now - newest.at)} ago`;
    const waiting = logged !== undefined && now - logged > INGEST_MS / 4;
    if (waiting && (newest === undefined || logged - newest.at > INGEST_MS))
      return problem(
        name,
        `${seen}, and a log object came ${age(now - logged)} ago`,
        "look at `bucket events`, the queue ingest and its dead letters",
      );
    return newest === undefined ? unknown(name, `${seen}; a log object came just now`) : ok(name, seen);
  });
}

function failures({ failures: answer }: Delivery): Check {
  const name = "delivery failures";
  return checkOf(name, answer, (count) =>
    count > 0
      ? problem(
          name,
          `Bedrock could not deliver ${count} records in 24 hours`,
          "they are lost; see `bucket policy`",
        )
      : ok(name, "Bedrock reports none in 24 hours"),
  );
}

/** What should have come has come, by `now` (ms). */
export const deliveryChecks = (delivery: Delivery, now: number): Check[] => [
  logObjects(delivery, now),
  failures(delivery),
  lake(delivery, now),
];
