import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";

/** Something in a file of the operator's that has to be mended before Sitrep can use it. */
export type Fault = {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly what: string;
  readonly remedy: string;
};

/** `file:line: what: remedy`, the one form in which faults are printed. */
export function formatFault(fault: Fault): string {
  return `${fault.file}:${fault.line}: ${fault.what}: ${fault.remedy}`;
}

/** A YAML file read against a schema. `value` is null as soon as there is one fault. */
export type YamlFile<T> = {
  readonly value: T | null;
  readonly faults: readonly Fault[];
  readonly lineOf: LineOf;
};

/** 1-based line of the value at a path such as ["subscriptions", 0, "at"]; of its nearest parent when absent. */
export type LineOf = (path: readonly PropertyKey[]) => number;

/** A YAML text before any schema. */
export type YamlText = {
  /** What the text says; null where it is no YAML. */
  readonly raw: { readonly value: unknown } | null;
  readonly faults: readonly Fault[];
  readonly lineOf: LineOf;
  /** Checks what stands at a path; every fault is reported with its line. */
  check<T>(
    value: unknown,
    path: readonly PropertyKey[],
    schema: z.ZodType<T>,
  ): Pick<YamlFile<T>, "value" | "faults">;
};

/** Reads YAML text and checks it; every fault is reported with its line, none throws. */
export function readYaml<T>(file: string, text: string, schema: z.ZodType<T>): YamlFile<T> {
  const { raw, faults, lineOf, check } = openYaml(file, text);
  if (raw === null) return { value: null, faults, lineOf };
  return { ...check(raw.value, [], schema), lineOf };
}

/** Reads YAML text whose parts are checked one by one, so that a fault in one hides none in another. */
export function openYaml(file: string, text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf: LineOf = (path) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const offset = offsetOf(document.contents, path.slice(0, length));
      if (offset !== null) return lines.linePos(offset).line;
    }
    return 1;
  };
  const faults = document.errors.map((error) => ({
    file,
    line: lines.linePos(error.pos[0]).line,
    what: `no valid YAML: ${error.message.split("\n")[0] ?? error.code}`,
    remedy: "mend the indentation or quote the value",
  }));
  return {
    raw: faults.length > 0 ? null : { value: document.toJS({ maxAliasCount: ALIASES_MAX }) ?? {} },
    faults,
    lineOf,
    check(value, path, schema) {
      const parsed = schema.safeParse(value);
      if (parsed.success) return { value: parsed.data, faults: [] };
      const issues = parsed.error.issues.map((issue) => ({
        ...issue,
        path: [...path, ...issue.path],
      }));
      return { value: null, faults: issues.flatMap((issue) => faultsOf(file, issue, lineOf)) };
    },
  };
}

/** An operator's file has few aliases; more is a bomb. */
const ALIASES_MAX = 100;

function faultsOf(file: string, issue: z.core.$ZodIssue, lineOf: LineOf): Fault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      file,
      line: lineOf([...issue.path, key]),
      what: `${[...issue.path, key].join(".")} is not a known setting`,
      remedy: "remove it or correct its spelling",
    }));
  }
  const name = issue.path.length > 0 ? issue.path.join(".") : "the file";
  const [what, remedy] = issue.message.split(" → ");
  return [
    {
      file,
      line: lineOf(issue.path),
      what: `${name}: ${what ?? issue.code}`,
      remedy: remedy ?? "correct the value",
    },
  ];
}

/** Offset of the key (or list entry) at a path; null when the path does not exist. */
function offsetOf(root: unknown, path: readonly PropertyKey[]): number | null {
  let node: unknown = root;
  let offset: number | null = rangeStart(root);
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === step);
      if (pair === undefined) return null;
      offset = rangeStart(pair.key);
      node = pair.value;
    } else {
      const items = (node as { items?: unknown[] } | null)?.items;
      const entry = items?.[Number(step)];
      if (entry === undefined) return null;
      offset = rangeStart(entry);
      node = entry;
    }
  }
  return offset;
}

function rangeStart(node: unknown): number | null {
  const range = (node as { range?: [number, number, number] | null } | null)?.range;
  return range?.[0] ?? null;
}
