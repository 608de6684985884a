import dns from "node:dns";
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../support/rules.ts";
import { FEED, localFetcher } from "./server.ts";

const certificate = (name: string): Buffer => readFileSync(join(ROOT, "test/fixtures/tls", name));

const { lookup } = dns;
const authorities = getCACertificates("default");
const cleanUps: (() => Promise<void>)[] = [];

beforeAll(() => {
  setDefaultCACertificates([String(certificate("ca.pem"))]);
  const toLoopback = (
    _host: string,
    options: { all?: boolean },
    callback: (...answer: unknown[]) => void,
  ): void => {
    if (options.all) setImmediate(callback, null, [{ address: "127.0.0.1", family: 4 }]);
    else setImmediate(callback, null, "127.0.0.1", 4);
  };
  Object.assign(dns, { lookup: toLoopback });
});
afterAll(() => {
  setDefaultCACertificates(authorities);
  Object.assign(dns, { lookup });
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A server with a certificate that speaks HTTP/2 and, where it is not understood, HTTP/1.1; its port. */
async function serveSecurely(name: string, versions: string[]): Promise<number> {
  const server = createSecureServer(
    { cert: certificate(name), key: certificate("server.key"), allowHTTP1: true },
    (request, response) => {
      versions.push(request.httpVersion);
      response.end(FEED);
    },
  );
  server.on("sessionError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

test("a feed is asked over HTTP/2 where its server offers it, on one connection", async () => {
  const versions: string[] = [];
  const port = await serveSecurely("good.pem", versions);
  const fetcher = localFetcher();
  cleanUps.push(() => fetcher.close());
  for (const path of ["a", "b"]) {
    const result = await fetcher.fetch(`https://feeds.test:${port}/${path}`, { validators: null });
    expect(result).toMatchObject({ kind: "fetched", status: 200 });
  }
  expect(versions).toEqual(["2.0", "2.0"]);
});

test.each(["expired.pem", "other-host.pem", "self-signed.pem"])(
  "a server with the certificate %s is not read, and it is said why",
  async (name) => {
    const versions: string[] = [];
    const port = await serveSecurely(name, versions);
    const fetcher = localFetcher();
    cleanUps.push(() => fetcher.close());
    const result = await fetcher.fetch(`https://feeds.test:${port}/`, { validators: null });
    expect(result).toMatchObject({
      kind: "failed",
      problem: { code: "unreachable", message: `feeds.test:${port} has no valid certificate.` },
    });
    expect(versions).toEqual([]);
  },
);
