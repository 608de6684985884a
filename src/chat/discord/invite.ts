import { PERMISSION } from "./permissions.ts";

/** What posting, threads under posts and reading back for the ledger take, and no more. */
const NEEDED =
  PERMISSION.viewChannel |
  PERMISSION.sendMessages |
  PERMISSION.createPublicThreads |
  PERMISSION.sendInThreads |
  PERMISSION.readMessageHistory;

/** Address at which an admin lets the bot into a server; null when the token has not the shape of one. */
export function invitationOf(token: string): string | null {
  const id = applicationId(token);
  if (id === null) return null;
  const wanted = new URLSearchParams({
    client_id: id,
    scope: "bot applications.commands",
    permissions: String(NEEDED),
  });
  return `https://discord.com/oauth2/authorize?${wanted}`;
}

const THREADS: readonly (readonly [string, bigint])[] = [
  ["Create Public Threads", PERMISSION.createPublicThreads],
  ["Send Messages in Threads", PERMISSION.sendInThreads],
];

/** A bot's token begins with its id in base64, which is the application's too. */
function applicationId(token: string): string | null {
  const id = Buffer.from(token.split(".")[0] ?? "", "base64").toString("latin1");
  return /^\d{17,20}$/.test(id) ? id : null;
}

/**
 * What the bot lacks to post to a channel and to read it back; `permissions` as the platform tells them with an
 * interaction. `opensThreads`: its posts there are to head threads.
 */
export function lackingPermissions(
  permissions: bigint,
  { inThread, opensThreads }: { readonly inThread: boolean; readonly opensThreads: boolean },
): readonly string[] {
  if ((permissions & PERMISSION.administrator) !== 0n) return [];
  const wanted: readonly (readonly [string, bigint])[] = [
    ["View Channel", PERMISSION.viewChannel],
    inThread
      ? ["Send Messages in Threads", PERMISSION.sendInThreads]
      : ["Send Messages", PERMISSION.sendMessages],
    ...(opensThreads && !inThread ? THREADS : []),
    ["Read Message History", PERMISSION.readMessageHistory],
  ];
  return wanted.filter(([, bit]) => (permissions & bit) === 0n).map(([name]) => name);
}
