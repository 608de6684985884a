import { BodyTooBig } from "./body.ts";
import { RefusedAddress } from "./guard.ts";
import type { Problem } from "./item.ts";

/** A fault that is told as it is. */
export class Failure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What an answer other than 2xx means, in words. */
export function problemOfStatus(host: string, status: number): Problem {
  return { code: codeOfStatus(status), message: `${host} ${meaningOfStatus(status)}` };
}

function codeOfStatus(status: number): string {
  return status === 429 ? "too-many-requests" : `http-${status}`;
}

function meaningOfStatus(status: number): string {
  if (status === 304)
    return "answered 304 although nothing was known of it. It is asked again later.";
  if (status === 401 || status === 403) {
    return `answered ${status}: it does not let us read the feed. Check user and password, or ask the site.`;
  }
  if (status === 404)
    return "answered 404: there is no feed at this address. Look for its new one.";
  if (status === 429) return "answered 429: it is asked too often. All its feeds wait.";
  if (status >= 500 && status <= 599) {
    return `answered ${status}: it is out of order. It is asked again later.`;
  }
  return `answered ${status}, which is no feed. Check the address.`;
}

/** What went wrong when no answer came, in words. `deadlineMs`: the time that was over; null when it was not. */
export function problemOf(host: string, error: unknown, deadlineMs: number | null): Problem {
  if (error instanceof Failure) return { code: error.code, message: error.message };
  if (error instanceof RefusedAddress) return { code: "refused-address", message: error.message };
  if (error instanceof BodyTooBig) return { code: "too-big", message: `${host}: ${error.message}` };
  if (deadlineMs !== null) {
    const message = `${host} did not finish its answer within ${Math.round(deadlineMs / 1_000)} s.`;
    return { code: "timeout", message };
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const fault = error instanceof Error ? `${code} ${error.name}` : code;
  const said = NETWORK_FAULTS.find(([pattern]) => pattern.test(fault))?.[1];
  const detail = error instanceof Error ? error.message.split("\n")[0] : "unknown fault";
  return { code: "unreachable", message: `${host} ${said ?? `cannot be read: ${detail}.`}` };
}

/** By the code and the name of an error. */
const NETWORK_FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^(ENOTFOUND|EAI_)/, "has no address: the name is wrong, or name resolution is out of order."],
  [/^ECONNREFUSED/, "refuses connections."],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)/, "cannot be reached from this network."],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)/, "broke off the connection."],
  [/CONNECT_TIMEOUT|^ETIMEDOUT/, "does not accept connections."],
  [/CERT|^UNABLE_TO|SELF_SIGNED|^ERR_TLS/, "has no valid certificate."],
  [/^(UND_ERR_HEADERS|HPE_HEADER)_OVERFLOW/, "sent headers beyond all measure."],
  [/^HPE_|^UND_ERR_RE|HTTPParserError/, "does not answer as a web server does."],
];
