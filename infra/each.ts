/** PascalCase name of a component, as SST asks for: `evaluate-high`, `queue` → `EvaluateHighQueue`. */
export const componentName = (...words: readonly string[]): string =>
  words
    .flatMap((word) => word.split(/[^A-Za-z0-9]+/))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

/** Makes one value per entry of a topology table and keeps it under the entry's name. */
export function each<Name extends string, Spec, Made>(
  table: Readonly<Record<Name, Spec>>,
  make: (name: Name, spec: Spec) => Made,
): Record<Name, Made> {
  const made = Object.entries<Spec>(table).map(([name, spec]) => [name, make(name as Name, spec)]);
  return Object.fromEntries(made) as Record<Name, Made>;
}
