import type { EnvironmentName } from "@bellwether/core/topology";

/** Reads one variable of the topology; throws with its name when it is missing, so that a function fails at start. */
export function environment(name: EnvironmentName): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`environment variable ${name} is not set`);
  return value;
}

/** Region of this function, which Lambda sets. */
export function region(): string {
  const value = process.env.AWS_REGION;
  if (value === undefined || value === "") throw new Error("environment variable AWS_REGION is not set");
  return value;
}
