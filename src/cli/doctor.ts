import { LOCAL } from "./ask.ts";
import { withSitrep } from "./open.ts";
import { type ExitCode, readArgs, type Terminal } from "./terminal.ts";

/** `doctor`: a line each for what was looked at; exit code 1 when something has to be mended. */
export async function doctorCommand(terminal: Terminal): Promise<ExitCode> {
  const { values } = readArgs(terminal, {}, "doctor");
  return withSitrep(terminal, async ({ portsFor }) => {
    const ports = await portsFor(LOCAL);
    const findings = await ports.doctor.examine();
    for (const finding of findings) {
      const { what, ok, text } = finding;
      terminal.data(
        values.json ? JSON.stringify(finding) : `${ok ? "ok  " : "MEND"} ${what}: ${text}`,
      );
    }
    return findings.every(({ ok }) => ok) ? 0 : 1;
  });
}
