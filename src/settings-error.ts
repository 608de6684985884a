import { type Fault, formatFault } from "./feeds/yaml.ts";

/** Settings that have to be mended before anything can start; the message lists every fault. */
export class SettingsError extends Error {
  constructor(faults: readonly Fault[]) {
    super(faults.map(formatFault).join("\n"));
  }
}
