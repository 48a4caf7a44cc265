import type { RootCause } from "@bellwether/core/review/root-cause";
import { parseArguments, UsageError } from "./arguments.ts";
import { type Io, oneLine, renderTable } from "./output.ts";
import { explain } from "./why/explain.ts";
import { type RequestStory, readRequest } from "./why/read-request.ts";
import { CAUSES, causeOf } from "./why/root-cause.ts";

const OPTIONS = { out: { type: "string" }, json: { type: "boolean" } } as const;

/** `bellwether why`: everything that happened to one request; exit code 1 when the lake has no record of it. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("why", args, OPTIONS);
  const [requestId, ...more] = positionals;
  if (requestId === undefined || requestId === "" || more.length > 0) {
    throw new UsageError("why needs one request id: bellwether why REQUEST_ID --out DIR");
  }
  const story = await readRequest(values.out, requestId);
  if (story.request === null) {
    const parked = story.feedback.length > 0 ? ` (feedback that names it: ${story.feedback.length})` : "";
    io.stderr.write(
      `bellwether: no record of ${oneLine(requestId)}${parked}: not read yet, quarantined, or not a request id\n`,
    );
    return 1;
  }
  const explanation = explain(story.request);
  const rootCause = causeOf(story.evaluations);
  io.stdout.write(
    values.json === true
      ? `${JSON.stringify({ requestId, explanation, rootCause, ...story })}\n`
      : render(requestId, explanation, rootCause, { ...story, request: story.request }, io),
  );
  return 0;
}

type Known = RequestStory & { readonly request: NonNullable<RequestStory["request"]> };

/** Labelled columns of a request; what it does not have is left out. */
function labelled(request: Known["request"], names: readonly string[]): string {
  return names
    .filter((name) => request[name] !== null && request[name] !== undefined)
    .map((name) => `${name} ${oneLine(String(request[name]))}`)
    .join(" · ");
}

function render(
  requestId: string,
  explanation: string,
  cause: RootCause | null,
  story: Known,
  { color }: Io,
): string {
  const { request, evaluations, feedback } = story;
  const cost =
    request.cost_usd === null
      ? `unpriced (${String(request.unpriced_reason)})`
      : `$${String(request.cost_usd)}`;
  const section = (title: string, rows: readonly Readonly<Record<string, unknown>>[]): string[] => {
    const columns = Object.keys(rows[0] ?? {}).filter((name) => rows.some((row) => row[name] !== null));
    if (rows.length === 0) return [`${color.bold(title)}  none`];
    const cells = rows.map((row) => columns.map((name) => row[name]));
    return [color.bold(title), renderTable(columns, cells, color)];
  };
  return [
    color.bold(`Request ${oneLine(requestId)}`),
    explanation,
    "",
    `record    ${labelled(request, ["at", "source_key", "source_line", "rev"])}`,
    `tags      ${labelled(request, ["app", "env", "variant", "prompt_version", "user_id", "session_id", "tenant", "feature", "trace_id"])}`,
    `call      ${labelled(request, ["model_id", "operation", "latency_ms", "ttft_ms", "stop_reason", "guardrail", "error_code"])}`,
    `cost      ${cost} · ${labelled(request, ["input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"])}`,
    `sampling  ${labelled(request, ["u", "pi", "rules", "deciding_rule", "priority"]) || "not eligible"}`,
    `outcome   ${labelled(request, ["outcome", "outcome_reason"])}`,
    ...(cause === null ? [] : [`cause     ${CAUSES[cause]}`]),
    "",
    ...section("Evaluations", evaluations),
    ...section("Feedback", feedback),
    "",
  ].join("\n");
}
