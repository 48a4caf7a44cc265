import { type ApiCalls, addCalls, mergeCalls, restOperation, sdkService } from "@bellwether/local/api-calls";
import { describe, expect, it } from "vitest";

describe("restOperation", () => {
  it.each([
    ["POST", "/", "AmazonSQS.SendMessageBatch", "SendMessageBatch"],
    ["POST", "/", "DynamoDB_20120810.UpdateItem", "UpdateItem"],
    ["PUT", "/bucket/a/b.json?x-id=PutObject", undefined, "PutObject"],
    ["PUT", "/bucket/a?partNumber=1&uploadId=u&x-id=UploadPart", undefined, "UploadPart"],
    ["GET", "/bucket?list-type=2&prefix=a", undefined, "ListObjectsV2"],
    ["GET", "/bucket/?list-type=2", undefined, "ListObjectsV2"],
    ["POST", "/bucket?delete=", undefined, "DeleteObjects"],
    ["POST", "/bucket/a?uploads=", undefined, "CreateMultipartUpload"],
    ["POST", "/bucket/a?uploadId=u", undefined, "CompleteMultipartUpload"],
    ["HEAD", "/bucket/a", undefined, "HeadObject"],
    ["HEAD", "/bucket", undefined, "HeadBucket"],
    ["PUT", "/bucket/", undefined, "CreateBucket"],
    ["POST", "/model/us.anthropic.x%3A0/converse", undefined, "Converse"],
    ["POST", "/model/m/converse-stream", undefined, "ConverseStream"],
    ["POST", "/model/m/invoke", undefined, "InvokeModel"],
    ["POST", "/model/m/invoke-with-response-stream", undefined, "InvokeModelWithResponseStream"],
  ])("%s %s %s is %s", (method, path, target, operation) => {
    expect(restOperation(method, path, target)).toBe(operation);
  });
});

describe("sdkService", () => {
  it("is the service id in an SDK's user agent", () => {
    expect(sdkService("aws-sdk-js/3.1168.0 ua/2.1 lang/js api/bedrock-runtime#3.1168.0 m/N")).toBe(
      "bedrock-runtime",
    );
    expect(sdkService("curl/8")).toBeUndefined();
  });
});

describe("mergeCalls", () => {
  it("adds counts service by service", () => {
    const calls: ApiCalls = {};
    addCalls(calls, "sqs", "SendMessage");
    mergeCalls(calls, { sqs: { SendMessage: 2, ReceiveMessage: 1 }, s3: { PutObject: 1 } });
    expect(calls).toEqual({ sqs: { SendMessage: 3, ReceiveMessage: 1 }, s3: { PutObject: 1 } });
  });
});
