import dns from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { buildConnector } from "undici";

/** An address that Sitrep does not go to. The message says what to do when it should. */
export class RefusedAddress extends Error {
  override readonly name = "RefusedAddress";
}

/**
 * Keeps fetches out of the machine and the network that Sitrep runs in, whoever names the address: an operator's
 * typo, a feed's redirect, a name that resolves inwards.
 */
export type Guard = {
  /** Why an address is refused before any lookup; null when it may be tried. Never shows user or password. */
  refusalOf(url: URL): RefusedAddress | null;
  /** Opens connections for undici; checks the literal, every resolved address, and the peer. */
  readonly connect: buildConnector.connector;
};

export type GuardOptions = {
  /** CIDRs, addresses, host names or host:port that are allowed besides the public ones: SITREP_FEED_ALLOW. */
  readonly allow: readonly string[];
  /** How long a connection may take to open. */
  readonly connectMsMax?: number;
};

const CONNECT_MS_MAX = 10_000;

export function createGuard(options: GuardOptions): Guard {
  const allowed = readAllowances(options.allow);
  const connectors = new Map<number, buildConnector.connector>();
  const timeout = options.connectMsMax ?? CONNECT_MS_MAX;
  const connectorOf = (port: number): buildConnector.connector => {
    const there = connectors.get(port);
    if (there !== undefined) return there;
    const lookup = checkedLookup(allowed, port);
    // A name is looked up for every connection and only what was checked is connected to.
    const made = buildConnector({ timeout, allowH2: true, preferH2: true, lookup });
    connectors.set(port, made);
    return made;
  };
  return {
    refusalOf: (url) => refusalOf(allowed, url),
    connect: (target, callback) => {
      const host = bareHost(target.hostname);
      const port = Number(target.port) || (target.protocol === "https:" ? 443 : 80);
      const mayConnect = (address: string): boolean => isAllowed(allowed, host, address, port);
      if (isIP(host) !== 0 && !mayConnect(host)) {
        callback(refusedAddress(host, host, port), null);
        return;
      }
      connectorOf(port)(target, (error, socket) => {
        if (error !== null) {
          callback(error, null);
          return;
        }
        const peer = socket.remoteAddress;
        if (peer === undefined || !mayConnect(peer)) {
          socket.destroy();
          callback(refusedAddress(host, peer ?? "nowhere", port), null);
          return;
        }
        callback(null, socket);
      });
    },
  };
}

/** What the operator allows besides public addresses. */
type Allowances = {
  readonly blocks: BlockList;
  /** Names on any port, and `name:port`. */
  readonly hosts: ReadonlySet<string>;
};

function readAllowances(entries: readonly string[]): Allowances {
  const blocks = new BlockList();
  const hosts = new Set<string>();
  for (const raw of entries) {
    const entry = raw.trim().toLowerCase();
    const subnet = subnetOf(entry);
    if (subnet !== null) blocks.addSubnet(subnet.address, subnet.prefix, subnet.family);
    else if (ALLOWED_NAME.test(entry)) {
      hosts.add(entry.replace(/\.$/, "").replace(/\.(?=:\d+$)/, ""));
    }
  }
  return { blocks, hosts };
}

/** A name, an IPv4 address or an IPv6 address in brackets, and perhaps a port. */
const ALLOWED_NAME = /^([a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(:\d{1,5})?$/;

/** Whether an entry of the operator's list means something: a CIDR, an address, a host name or host:port. */
export function isAllowance(entry: string): boolean {
  const text = entry.trim().toLowerCase();
  return subnetOf(text) !== null || ALLOWED_NAME.test(text);
}

/** A CIDR or a bare address as a subnet; null for anything else, such as a prefix that is empty or too long. */
function subnetOf(
  entry: string,
): { address: string; prefix: number; family: "ipv4" | "ipv6" } | null {
  const found = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry);
  const address = bareHost(found?.[1] ?? "");
  const version = isIP(address);
  const width = version === 4 ? 32 : 128;
  const prefix = found?.[2] === undefined ? width : Number(found[2]);
  if (version === 0 || prefix > width) return null;
  return { address, prefix, family: version === 4 ? "ipv4" : "ipv6" };
}

function bareHost(host: string): string {
  const bare = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  return bare.replace(/\.$/, "").toLowerCase();
}

function refusalOf(allowed: Allowances, url: URL): RefusedAddress | null {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return new RefusedAddress(`${url.protocol} addresses are not fetched: use http or https.`);
  }
  const host = bareHost(url.hostname);
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  if (isAllowedHost(allowed, host, port)) return null;
  if (isIP(host) !== 0) {
    return isAllowed(allowed, host, host, port) ? null : refusedAddress(host, host, port);
  }
  if (INNER_NAME.test(host)) return refusedAddress(host, "this machine or its network", port);
  // A name on another port may still lead to an allowed block, which only its lookup can tell.
  return null;
}

/** True for names and addresses that only lead to this machine or the network around it, without any lookup. */
export function isInner(hostname: string): boolean {
  const host = bareHost(hostname);
  return isIP(host) === 0 ? INNER_NAME.test(host) : !isPublic(host);
}

/** Names that never lead outside. */
const INNER_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa)$/;

function refusedAddress(host: string, address: string, port: number): RefusedAddress {
  const why = isPublic(address)
    ? `port ${port} is none that feeds come from`
    : `it leads to ${address}, which is not public`;
  return new RefusedAddress(
    `${host} is refused: ${why}. Add ${isIP(host) === 6 ? `[${host}]` : host}:${port} to SITREP_FEED_ALLOW if this is meant.`,
  );
}

function isAllowedHost(allowed: Allowances, host: string, port: number): boolean {
  return (
    allowed.hosts.has(host) ||
    allowed.hosts.has(`${host}:${port}`) ||
    allowed.hosts.has(`[${host}]:${port}`)
  );
}

/** Whether a connection for a host may go to an address and port. */
function isAllowed(allowed: Allowances, host: string, address: string, port: number): boolean {
  if (isAllowedHost(allowed, host, port)) return true;
  const bare = address.replace(/%.*$/, "");
  const version = isIP(bare);
  if (version === 0) return false;
  if (allowed.blocks.check(bare, version === 4 ? "ipv4" : "ipv6")) return true;
  return isFeedPort(port) && isPublic(bare);
}

function isFeedPort(port: number): boolean {
  return port === 80 || port === 443 || (port >= 8000 && port <= 8999);
}

/** True for addresses that anybody on the internet can reach. */
function isPublic(address: string): boolean {
  const bare = address.replace(/%.*$/, "");
  const version = isIP(bare);
  if (version === 4) return !SPECIAL_V4.check(bare, "ipv4");
  // IPv6 is the other way round: only one eighth of it is in use, so everything else is refused.
  return version === 6 && GLOBAL_V6.check(bare, "ipv6") && !SPECIAL_V6.check(bare, "ipv6");
}

/** https://www.iana.org/assignments/iana-ipv4-special-registry (2025-10), multicast, reserved, and a cloud's metadata service. */
const SPECIAL_V4 = blockListOf(
  "ipv4",
  `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24
192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4
240.0.0.0/4 168.63.129.16/32`,
);
const GLOBAL_V6 = blockListOf("ipv6", "2000::/3");
/** https://www.iana.org/assignments/iana-ipv6-special-registry (2025-10), within 2000::/3. */
const SPECIAL_V6 = blockListOf(
  "ipv6",
  "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20",
);

function blockListOf(family: "ipv4" | "ipv6", subnets: string): BlockList {
  const list = new BlockList();
  for (const subnet of subnets.split(/\s+/)) {
    const [address = "", bits] = subnet.split("/");
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** A lookup of which every answer must be allowed: a name with one bad address among good ones is an attack. */
function checkedLookup(allowed: Allowances, port: number): LookupFunction {
  return (hostname, options, callback) => {
    const host = bareHost(hostname);
    // Called through the module object, so that who preloads a module can put another resolver in its place.
    dns.lookup(hostname, { ...options, all: true }, (error, answers) => {
      if (error !== null) {
        callback(error, "", 0);
        return;
      }
      const bad = answers.find(({ address }) => !isAllowed(allowed, host, address, port));
      const [first] = answers;
      // Never an empty list: net.connect would crash the process on it.
      if (bad !== undefined) callback(refusedAddress(host, bad.address, port), "", 0);
      else if (first === undefined) callback(new Error(`${host} has no address`), "", 0);
      else if (options.all === true) callback(null, answers);
      else callback(null, first.address, first.family);
    });
  };
}
