import { BlockList, isIP } from "node:net";
import { isObject, type JsonObject } from "./json-service.ts";

type Leaf = string | number | boolean | null;
type LeafTest = (leaf: Leaf) => boolean;
/** `node` is where the pattern object applies; `root` is the whole event, for operators that look at absence. */
type NodeTest = (node: unknown, root: unknown) => boolean;
type FieldTest = (leaves: readonly Leaf[], root: unknown) => boolean;

/** Numeric matching covers ±5.0e9 (EventBridge guide, pattern operators). */
const NUMERIC_LIMIT = 5e9;

/** Whether an EventBridge event pattern matches an event; throws on a pattern that EventBridge would refuse. */
export function matchesPattern(pattern: JsonObject, event: JsonObject): boolean {
  return compilePattern(pattern)(event);
}

/** Checks a pattern once and returns its matcher; throws on an unknown operator or a malformed operand. */
export function compilePattern(pattern: JsonObject): (event: JsonObject) => boolean {
  const test = compileNode(pattern, []);
  return (event) => test(event, event);
}

function compileNode(pattern: JsonObject, path: readonly string[]): NodeTest {
  const fields = Object.entries(pattern).map(([key, expected]) => compileField(key, expected, path));
  if (fields.length === 0) throw new Error(`event pattern: empty object at ${where(path)}`);
  return (node, root) => fields.every((test) => test(node, root));
}

function compileField(key: string, expected: unknown, parent: readonly string[]): NodeTest {
  if (key === "$or" && Array.isArray(expected) && expected.length > 1 && expected.every(isObject)) {
    const alternatives = expected.map((pattern) => compileNode(pattern, parent));
    return (node, root) => alternatives.some((test) => test(node, root));
  }
  const path = [...parent, key];
  if (Array.isArray(expected)) {
    if (expected.length === 0) throw new Error(`event pattern: empty array at ${where(path)}`);
    const alternatives = expected.map((alternative) => compileAlternative(alternative, path));
    return (node, root) => {
      const leaves = leavesOf(child(node, key));
      return alternatives.some((test) => test(leaves, root));
    };
  }
  if (!isObject(expected)) throw new Error(`event pattern: ${where(path)} must be an object or an array`);
  const inner = compileNode(expected, path);
  // One element of an array of objects has to satisfy the whole inner pattern.
  return (node, root) => elementsOf(child(node, key)).some((element) => inner(element, root));
}

function compileAlternative(alternative: unknown, path: readonly string[]): FieldTest {
  if (isLeaf(alternative)) return (leaves) => leaves.includes(alternative);
  const [operator, operand] = onlyEntry(alternative, path);
  if (operator === "exists") {
    if (operand === true) return (leaves) => leaves.length > 0;
    // Absence is a statement about the path in the whole event, not about one element of an array.
    if (operand === false) return (_leaves, root) => leavesAt(root, path).length === 0;
    throw new Error(`event pattern: exists at ${where(path)} takes true or false`);
  }
  const compile = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (compile === undefined) throw new Error(`event pattern: unknown operator ${operator} at ${where(path)}`);
  const test = compile(operand);
  return (leaves) => leaves.some(test);
}

const OPERATORS: Readonly<Record<string, (operand: unknown) => LeafTest>> = {
  prefix: (operand) => affix(operand, "prefix", (text, part) => text.startsWith(part)),
  suffix: (operand) => affix(operand, "suffix", (text, part) => text.endsWith(part)),
  "equals-ignore-case": (operand) => {
    const wanted = string(operand, "equals-ignore-case").toLowerCase();
    return (leaf) => typeof leaf === "string" && leaf.toLowerCase() === wanted;
  },
  wildcard: (operand) => {
    const expression = wildcardExpression(string(operand, "wildcard"));
    return (leaf) => typeof leaf === "string" && expression.test(leaf);
  },
  numeric: numericRange,
  cidr: (operand) => {
    const [address = "", bits = ""] = string(operand, "cidr").split("/");
    const version = isIP(address);
    if (version === 0 || !/^\d{1,3}$/.test(bits)) throw new Error(`event pattern: bad cidr ${operand}`);
    const network = new BlockList();
    network.addSubnet(address, Number(bits), version === 4 ? "ipv4" : "ipv6");
    return (leaf) =>
      typeof leaf === "string" &&
      isIP(leaf) === version &&
      network.check(leaf, version === 4 ? "ipv4" : "ipv6");
  },
  "anything-but": (operand) => {
    const excluded = excludedBy(operand);
    return (leaf) => !excluded.some((test) => test(leaf));
  },
};

function excludedBy(operand: unknown): readonly LeafTest[] {
  if (isObject(operand)) {
    const [operator, value] = onlyEntry(operand, ["anything-but"]);
    const compile = OPERATORS[operator];
    if (!["prefix", "suffix", "equals-ignore-case", "wildcard"].includes(operator) || compile === undefined) {
      throw new Error(`event pattern: unknown operator ${operator} in anything-but`);
    }
    return nonEmpty(value).map((part) => compile(string(part, `anything-but ${operator}`)));
  }
  const values = nonEmpty(operand);
  const kinds = new Set(values.map((value) => typeof value));
  if (kinds.size !== 1 || !(kinds.has("string") || kinds.has("number"))) {
    throw new Error("event pattern: anything-but takes strings only or numbers only");
  }
  return values.map((value) => (leaf) => leaf === value);
}

function affix(operand: unknown, name: string, holds: (text: string, part: string) => boolean): LeafTest {
  if (!isObject(operand)) {
    const part = string(operand, name);
    return (leaf) => typeof leaf === "string" && holds(leaf, part);
  }
  const [operator, value] = onlyEntry(operand, [name]);
  if (operator !== "equals-ignore-case")
    throw new Error(`event pattern: unknown operator ${operator} in ${name}`);
  const part = string(value, name).toLowerCase();
  return (leaf) => typeof leaf === "string" && holds(leaf.toLowerCase(), part);
}

function numericRange(operand: unknown): LeafTest {
  const parts = Array.isArray(operand) ? operand : [];
  if (parts.length !== 2 && parts.length !== 4)
    throw new Error("event pattern: numeric takes one or two comparisons");
  const comparisons: ((value: number) => boolean)[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const bound: unknown = parts[i + 1];
    if (typeof bound !== "number" || !(Math.abs(bound) <= NUMERIC_LIMIT)) {
      throw new Error(`event pattern: numeric bound ${bound} is not within ±${NUMERIC_LIMIT}`);
    }
    comparisons.push(comparison(parts[i], bound));
  }
  return (leaf) =>
    typeof leaf === "number" && Math.abs(leaf) <= NUMERIC_LIMIT && comparisons.every((holds) => holds(leaf));
}

function comparison(operator: unknown, bound: number): (value: number) => boolean {
  switch (operator) {
    case "=":
      return (value) => value === bound;
    case "<":
      return (value) => value < bound;
    case "<=":
      return (value) => value <= bound;
    case ">":
      return (value) => value > bound;
    case ">=":
      return (value) => value >= bound;
    default:
      throw new Error(`event pattern: unknown numeric comparison ${operator}`);
  }
}

function wildcardExpression(wildcard: string): RegExp {
  if (/^(?:[^\\]|\\[\\*])*$/.exec(wildcard) === null)
    throw new Error(`event pattern: bad escape in wildcard ${wildcard}`);
  const tokens = wildcard.match(/\\[\\*]|[^\\]/gsu) ?? [];
  if (tokens.some((token, i) => token === "*" && tokens[i + 1] === "*")) {
    throw new Error(`event pattern: consecutive wildcards in ${wildcard}`);
  }
  const literal = (token: string) => token.replace(/^\\(?=.)/, "").replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
  const source = tokens.map((token) => (token === "*" ? ".*" : literal(token)));
  return new RegExp(`^${source.join("")}$`, "s");
}

function leavesAt(node: unknown, path: readonly string[]): readonly Leaf[] {
  const [key, ...rest] = path;
  if (key === undefined) return leavesOf(node);
  return elementsOf(node).flatMap((element) => leavesAt(child(element, key), rest));
}

function leavesOf(value: unknown): readonly Leaf[] {
  return elementsOf(value).filter(isLeaf);
}

function elementsOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [value];
  const flat = value.flat(Number.POSITIVE_INFINITY);
  return flat.length === 0 ? [undefined] : flat;
}

function child(node: unknown, key: string): unknown {
  return isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined;
}

function isLeaf(value: unknown): value is Leaf {
  return (
    value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean"
  );
}

function onlyEntry(value: unknown, path: readonly string[]): readonly [string, unknown] {
  const entries = isObject(value) ? Object.entries(value) : [];
  const [entry] = entries;
  if (entry === undefined || entries.length > 1)
    throw new Error(`event pattern: one operator expected at ${where(path)}`);
  return entry;
}

function nonEmpty(value: unknown): readonly unknown[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new Error("event pattern: empty list in anything-but");
  return list;
}

function string(value: unknown, operator: string): string {
  if (typeof value !== "string") throw new Error(`event pattern: ${operator} takes a string`);
  return value;
}

function where(path: readonly string[]): string {
  return path.join(".") || "the top";
}
