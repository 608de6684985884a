import { type App, type Receiver, SocketModeReceiver, webApi } from "@slack/bolt";
import type { Log } from "../../log.ts";
import type { BoltLogger } from "./bolt-logger.ts";
import { describeFailure } from "./failure.ts";

const RECONNECT_FIRST_MS = 1_000;
const RECONNECT_MAX_MS = 5 * 60_000;

/** Answers after which the same app token will not do. */
const HOPELESS = new Set(["account_inactive", "invalid_auth", "not_authed", "token_revoked"]);

export type SocketPorts = {
  readonly appToken: string;
  readonly apiUrl: string | null;
  readonly logger: BoltLogger;
  readonly log: Log;
};

export type Socket = {
  readonly receiver: Receiver;
  isOpen(): boolean;
};

/**
 * Socket Mode that reconnects by itself. The library's own reconnecting waits five seconds and more at each of the
 * platform's refreshes, and a refused reconnect ends the process as an unhandled rejection: it is turned off.
 */
export function createSocket(ports: SocketPorts): Socket {
  const receiver = new SocketModeReceiver({
    appToken: ports.appToken,
    autoReconnectEnabled: false,
    logger: ports.logger,
    installerOptions: {
      clientOptions: {
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        ...(ports.apiUrl === null ? {} : { slackApiUrl: ports.apiUrl }),
      },
    },
  });
  let stopped = false;
  let open = false;
  let timer: NodeJS.Timeout | null = null;
  let failures = 0;

  async function connect(): Promise<void> {
    timer = null;
    try {
      await receiver.client.start();
      open = true;
      failures = 0;
      ports.log.info({}, "Slack: connected");
    } catch (error) {
      open = false;
      if (error instanceof webApi.WebAPIPlatformError && HOPELESS.has(error.data.error)) {
        ports.log.error(
          { problem: describeFailure(error) },
          "Slack: SLACK_APP_TOKEN is refused: make a new one with connections:write",
        );
      } else again(describeFailure(error), true);
    }
  }

  function again(reason: string, failed: boolean): void {
    if (stopped || timer !== null) return;
    const waitMs = failed ? Math.min(RECONNECT_MAX_MS, RECONNECT_FIRST_MS * 2 ** failures) : 0;
    if (failed) {
      failures += 1;
      ports.log.warn({ reason, waitMs }, "Slack: not connected, will try again");
    }
    timer = setTimeout(() => void connect(), waitMs);
  }

  receiver.client.on("disconnected", () => {
    const wasOpen = open;
    open = false;
    // A failed try to connect ends here too; connect() itself sees to that one.
    if (wasOpen) again("the connection was closed", false);
  });

  return {
    receiver: {
      init: (app: App) => receiver.init(app),
      start: () => connect(),
      async stop() {
        stopped = true;
        if (timer !== null) clearTimeout(timer);
        if (open) await receiver.client.disconnect();
      },
    },
    isOpen: () => open,
  };
}
