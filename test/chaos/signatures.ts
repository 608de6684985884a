import { createPlatforms } from "../../src/chat/platforms.ts";
import { createLog } from "../../src/log.ts";
import { createKeyv } from "../../src/store/kv.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { sampleCommander } from "../support/chat-samples.ts";
import { signedRequest } from "../support/wire-slack.ts";
import type { Proof } from "./proof.ts";
import { chanceOf, TOKEN, tempFolder } from "./world.ts";

const SECRET = "wire-signing-secret";
const STALE_MS = 301_000;
/** Of so many requests one is genuine, and must be taken. */
const GENUINE_EVERY = 10;

type Forgery = (chance: () => number, body: string, atMs: number) => Request;

/** Requests that Slack did not make, made long ago, or made once already. */
export async function signatures(size: number): Promise<Proof> {
  const { folder, remove } = tempFolder();
  const ledger = await openSqliteLedger({ folder, exclusive: false });
  const { commander } = sampleCommander();
  const { mounts, stop } = await createPlatforms({
    platforms: {
      discord: null,
      slack: { botToken: TOKEN, appToken: null, signingSecret: SECRET, apiUrl: null },
    },
    commander,
    configured: { admins: [], editors: [] },
    cache: (namespace) => createKeyv(ledger.kv, namespace),
    log: createLog("silent", [], false),
  });
  const handle = mounts[0]?.handle;
  if (handle === undefined) throw new Error("Slack over HTTP has no address");
  const chance = chanceOf(3);
  const names = Object.keys(FORGERIES);
  const taken = new Map<string, number>();
  let refusedGenuine = 0;
  let genuine = 0;
  for (let index = 0; index < size; index++) {
    const body = JSON.stringify({ type: "url_verification", challenge: `c${index}` });
    const name = names[index % names.length] ?? "";
    const forged = FORGERIES[name]?.(chance, body, Date.now());
    if (forged !== undefined && isTaken((await handle(forged)).status)) {
      taken.set(name, (taken.get(name) ?? 0) + 1);
    }
    if (index % GENUINE_EVERY > 0) continue;
    genuine += 1;
    const request = signedRequest(SECRET, body, Date.now(), "application/json");
    const again = request.clone();
    if (!isTaken((await handle(request)).status)) refusedGenuine += 1;
    if (isTaken((await handle(again)).status))
      taken.set("replayed", (taken.get("replayed") ?? 0) + 1);
  }
  await stop();
  await ledger.close();
  remove();
  const times = [...taken.values()].reduce((sum, one) => sum + one, 0);
  return {
    tried: `${size} requests forged in ${names.length} ways or stale, and ${genuine} genuine ones played again`,
    zeros: [
      { what: "accepted", times, of: size + genuine },
      { what: "genuine ones refused", times: refusedGenuine, of: genuine },
    ],
    figures: [...taken].map(([what, value]) => ({ what, value, ok: false })),
  };
}

function isTaken(status: number): boolean {
  return status < 400 || status === 503;
}

function signed(body: string, atMs: number): Request {
  return signedRequest(SECRET, body, atMs, "application/json");
}

function withHeaders(request: Request, change: (headers: Headers) => void, body: string): Request {
  const headers = new Headers(request.headers);
  change(headers);
  return new Request(request.url, { method: "POST", headers, body });
}

/** Another character at a place by chance. */
function bent(text: string, chance: () => number): string {
  const at = Math.floor(chance() * text.length);
  const other = text[at] === "0" ? "1" : "0";
  return `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
}

function bentHeader(name: string): Forgery {
  return (chance, body, atMs) =>
    withHeaders(
      signed(body, atMs),
      (headers) => headers.set(name, bent(headers.get(name) ?? "0", chance)),
      body,
    );
}

function setHeader(name: string, value: (was: string) => string | null): Forgery {
  return (_, body, atMs) =>
    withHeaders(
      signed(body, atMs),
      (headers) => {
        const changed = value(headers.get(name) ?? "");
        if (changed === null) headers.delete(name);
        else headers.set(name, changed);
      },
      body,
    );
}

const SIGNATURE = "x-slack-signature";
const TIMESTAMP = "x-slack-request-timestamp";

const FORGERIES: Readonly<Record<string, Forgery>> = {
  "another secret": (chance, body, atMs) =>
    signedRequest(`${SECRET}${chance()}`, body, atMs, "application/json"),
  "no secret": (_, body, atMs) => signedRequest(" ", body, atMs, "application/json"),
  "bent signature": bentHeader(SIGNATURE),
  "bent time": (_, body, atMs) =>
    withHeaders(
      signed(body, atMs - 5_000),
      (headers) => headers.set(TIMESTAMP, String(Math.floor(atMs / 1_000))),
      body,
    ),
  "bent body": (chance, body, atMs) =>
    withHeaders(signed(body, atMs), () => undefined, bent(body, chance)),
  "longer body": (_, body, atMs) => withHeaders(signed(body, atMs), () => undefined, `${body} `),
  "no signature": setHeader(SIGNATURE, () => null),
  "no time": setHeader(TIMESTAMP, () => null),
  "empty signature": setHeader(SIGNATURE, () => ""),
  "short signature": setHeader(SIGNATURE, (was) => was.slice(0, -1)),
  "long signature": setHeader(SIGNATURE, (was) => `${was}0`),
  "upper case": setHeader(SIGNATURE, (was) => was.toUpperCase()),
  "another version": setHeader(SIGNATURE, (was) => was.replace("v0=", "v1=")),
  "two signatures": setHeader(SIGNATURE, (was) => `${was},${was}`),
  "time in words": setHeader(TIMESTAMP, () => "now"),
  "time with sign": setHeader(TIMESTAMP, (was) => `+${was}`),
  "time in hex": setHeader(TIMESTAMP, (was) => `0x${Number(was).toString(16)}`),
  stale: (chance, body, atMs) => signed(body, atMs - STALE_MS - chance() * 1e9),
  early: (chance, body, atMs) => signed(body, atMs + STALE_MS + chance() * 1e9),
};
