import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where SST keeps what the harness leans on, all below the root of the repository. */
export const PLATFORM = ".sst/platform";
export const LOCK = ".sst/provider-lock.json";
export const SHIM = `${PLATFORM}/src/shim/run.js`;
export const RUN = `${PLATFORM}/src/auto/run.ts`;

/** Texts of SST that the harness mirrors; SST's CLI (pkg/project/run.go, pkg/js/js.go) is where to look when one is gone. */
const LEANED_ON: readonly (readonly [path: string, text: string])[] = [
  [SHIM, "$interpolate"],
  [SHIM, "$resolve"],
  [SHIM, "$config"],
  [RUN, "export async function run(program"],
  [`${PLATFORM}/src/components/index.ts`, "aws"],
  [`${PLATFORM}/src/components/naming.ts`, "crypto.randomBytes("],
  [`${PLATFORM}/src/components/rpc/rpc.ts`, "process.env.SST_SERVER"],
  [`${PLATFORM}/src/components/aws/helpers/bootstrap.ts`, '"Provider.Aws.Bootstrap"'],
  [`${PLATFORM}/src/components/aws/function.ts`, '"Runtime.Build"'],
  [`${PLATFORM}/node_modules/esbuild/package.json`, '"version"'],
  [`${PLATFORM}/node_modules/@pulumi/pulumi/runtime/mocks.js`, "setMocks"],
  [`${PLATFORM}/node_modules/@pulumi/pulumi/runtime/settings.js`, "disconnect"],
  [LOCK, '"@pulumi/aws"'],
];

/** Throws "SST internals moved" with every text that is no longer where the harness needs it. */
export function checkInternals(root: string, leanedOn = LEANED_ON): void {
  const moved = leanedOn.filter(([path, text]) => {
    const file = join(root, path);
    return !existsSync(file) || !readFileSync(file, "utf8").includes(text);
  });
  if (moved.length === 0) return;
  const list = moved.map(([path, text]) => `${path} no longer has ${JSON.stringify(text)}`).join("; ");
  throw new Error(`SST internals moved: ${list}. Mend test/infra/graph/{platform,evaluate}.ts`);
}
