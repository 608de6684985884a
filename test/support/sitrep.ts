import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./rules.ts";

const MAIN = join(ROOT, "src", "main.ts");

/** A fresh folder below the system's temporary one; removed by `remove`. */
export function makeFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "sitrep-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Only what Sitrep should see: no token or setting of the person who runs the tests. */
function environmentOf(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    ...env,
  };
}

/** What a command of the command line printed, and how it ended. */
export type Finished = { readonly code: number | null; readonly out: string; readonly err: string };

/** Runs a command to its end. The test's own servers can answer it meanwhile. */
export async function sitrep(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: ROOT,
    env: environmentOf(options.env ?? {}),
  });
  const output = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.err += text;
  });
  // A command that ends without reading its input closes the pipe.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  await once(child, "close");
  return { code: child.exitCode, ...output };
}

/** A `run` as its own process. */
export type Running = {
  readonly child: ChildProcess;
  /** All of stdout so far. */
  out(): string;
  err(): string;
  /** Resolves with the text when stdout or stderr holds the pattern; rejects when the process ends without. */
  until(pattern: RegExp): Promise<string>;
  /** Ends it so, and waits for its end. */
  end(signal: NodeJS.Signals): Promise<number | null>;
};

/** Starts `run` on any free port. It must be ended by the test. */
export function startSitrep(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = ["run"],
): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: ROOT,
    env: environmentOf({ PORT: "0", ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  return {
    child,
    out: () => out,
    err: () => err,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const text = pattern.test(out) ? out : err;
          if (!pattern.test(text)) return;
          child.stdout.off("data", look);
          child.stderr.off("data", look);
          resolve(text);
        };
        child.stdout.on("data", look);
        child.stderr.on("data", look);
        child.once("close", () => reject(new Error(`ended without ${pattern}\n${out}\n${err}`)));
        look();
      }),
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const closed = once(child, "close");
      child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}

/** The address that a run says it is at. */
export async function addressOf(running: Running): Promise<string> {
  const text = await running.until(/Sitrep is at http:\S+/);
  return /Sitrep is at (http:\S+)/.exec(text)?.[1] ?? "";
}
