import { openConverse } from "@bellwether/aws/judge";
import { createClock } from "@bellwether/local/clock";
import { startBedrock } from "@bellwether/local/endpoints/bedrock";
import { standInJudge } from "@bellwether/local/judge/stand-in";

/** A connection to Bedrock Converse. */
export interface Bedrock extends Pick<ReturnType<typeof openConverse>, "converse"> {
  readonly close: () => Promise<void>;
}

/** Bedrock of the standard environment, or the stand-in judge on a loopback port. */
export async function openBedrock(standIn: boolean): Promise<Bedrock> {
  if (!standIn) {
    const { converse, close } = openConverse();
    return { converse, close: async () => close() };
  }
  const endpoint = await startBedrock({
    clock: createClock(Date.now()),
    answer: ({ body }) => standInJudge(body),
  });
  const { converse, close } = openConverse({
    endpoint: endpoint.url,
    region: "us-east-1",
    credentials: { accessKeyId: "stand-in", secretAccessKey: "stand-in" },
  });
  return {
    converse,
    close: async () => {
      close();
      await endpoint.stop();
    },
  };
}
