import { answerOf, ask, askForOptional } from "@bellwether/cli/doctor/answer";
import { describe, expect, it } from "vitest";

const error = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error(`${name} said\nmore`), { name, $metadata: { httpStatusCode } });

describe("an error of AWS", () => {
  it.each([
    ["AccessDeniedException", 403, "denied"],
    ["AccessDenied", 403, "denied"],
    ["AuthorizationError", 403, "denied"],
    // HeadBucket has no body to name its error.
    ["403", 403, "denied"],
    ["ExpiredTokenException", 403, "failed"],
    ["UnrecognizedClientException", 400, "failed"],
    ["SignatureDoesNotMatch", 403, "failed"],
    ["CredentialsProviderError", undefined, "failed"],
    ["ThrottlingException", 429, "failed"],
    ["TimeoutError", undefined, "failed"],
  ])("%s (%s) is %s", (name, status, kind) => {
    const answer = answerOf(error(name, status), "x:Y");
    expect(answer.kind).toBe(kind);
    expect(JSON.stringify(answer)).not.toContain("more");
  });

  it("about something that is not there is an answer, about anything else it is none", async () => {
    const missing = () => Promise.reject(error("NoSuchBucketPolicy", 404));
    expect(await askForOptional("x:Y", ["NoSuchBucketPolicy"], missing)).toEqual({
      kind: "known",
      value: undefined,
    });
    expect(await ask("x:Y", missing)).toMatchObject({ kind: "failed" });
    expect(
      await askForOptional("x:Y", ["NoSuchBucketPolicy"], () => Promise.reject(error("AccessDenied"))),
    ).toEqual({
      kind: "denied",
      permission: "x:Y",
    });
  });
});
