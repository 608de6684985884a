import { createFetcher, type Fetcher } from "../feeds/fetch.ts";
import { createGuard } from "../feeds/guard.ts";
import { userAgentOf } from "../user-agent.ts";
import type { Terminal } from "./terminal.ts";

/** A fetcher for commands that need no configuration, with the allowances of the environment. */
export function networkOf(terminal: Terminal): Fetcher {
  const allow = (terminal.env["SITREP_FEED_ALLOW"] ?? "").split(",").filter(Boolean);
  return createFetcher({
    guard: createGuard({ allow }),
    userAgent: userAgentOf(terminal.env["SITREP_PUBLIC_URL"] ?? null),
    wireBytesMax: 2_000_000,
    bodyBytesMax: 10_000_000,
  });
}
