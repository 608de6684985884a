import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { formatFault } from "../../../src/feeds/yaml.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const TOPIC = "name: Harbour\nabout: Work in the harbour\nquery: harbour\nthreshold: 50\n";

/** Reads a folder of settings; its faults as the operator sees them. */
function read(files: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv = {}) {
  const folder = mkdtempSync(join(tmpdir(), "sitrep-config-"));
  folders.push(folder);
  mkdirSync(join(folder, "topics"));
  const all = { "sitrep.yaml": "timezone: UTC\n", "topics/harbour.yaml": TOPIC, ...files };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  const result = readConfig(
    { SITREP_CONFIG: folder, INIT_CWD: folder, ...env },
    folder,
    "2026-01-01T00:00:00.000Z",
  );
  return { config: result.config, faults: result.faults.map(formatFault) };
}

test("a fault in one setting hides none in the others", () => {
  const { faults } = read({
    "sitrep.yaml": `timezone: Mars/Olympus
web: { channels: [main] }
colour: red
subscriptions:
  - { channel: "web:main", topic: harbour, mode: sometimes }
  - channel: "web:nope"
    topic: harbours
    at: "25:00"
    days: funday
`,
  });
  expect(faults).toEqual([
    "sitrep.yaml:1: timezone: is no IANA time zone: write a name such as Europe/Berlin or UTC",
    "sitrep.yaml:3: colour is not a known setting: remove it or correct its spelling",
    expect.stringMatching(/^sitrep\.yaml:5: subscriptions\.0\.mode: /),
    'sitrep.yaml:7: subscriptions.1.topic: there is no topic "harbours": use one of: harbour',
    'sitrep.yaml:6: subscriptions.1.channel: there is no page channel "nope": add it to web.channels',
    'sitrep.yaml:9: subscriptions.1.days: "funday" is no day: write daily, mon-fri or a list such as mon,thu',
    'sitrep.yaml:8: subscriptions.1.at: "25:00" is no time of day: write HH:MM such as 08:00, a list of them, or a five-field cron expression',
  ]);
});

test("a fault in one feed hides none in the others", () => {
  const { faults } = read({
    "feeds.yaml": `- { url: "ftp://news.example/feed" }
- { url: "https://news.example/feed" }
- { url: "https://news.example/feed", every: soon }
- { url: "https://news.example/feed" }
`,
  });
  expect(faults).toEqual([
    "feeds.yaml:1: 0.url: is no http or https address: write it with https://",
    expect.stringMatching(/^feeds\.yaml:3: 2\.every: "soon" is no duration: /),
    "feeds.yaml:4: the same feed as feeds.yaml:2: remove one of the two",
  ]);
});

test("two files of one topic are a fault", () => {
  const { faults } = read({ "topics/harbour.yml": TOPIC });
  expect(faults).toEqual([
    "topics/harbour.yml:1: the topic harbour stands in topics/harbour.yaml too: remove one of the two, or name it otherwise",
  ]);
});

test.each(["10.0.0.0/", "10.0.0.0/33", "not a host/8", "http://news.example/", "::1/129", "a b"])(
  "an allowance that means nothing is a fault: %s",
  (entry) => {
    const { faults } = read({}, { SITREP_FEED_ALLOW: `127.0.0.1, ${entry}` });
    expect(faults).toEqual([
      `environment:1: SITREP_FEED_ALLOW: "${entry}" allows nothing: write a CIDR such as 10.0.0.0/8, a host name or host:port`,
    ]);
  },
);

test("addresses, names and ports may be allowed", () => {
  const allow =
    "10.0.0.0/8,127.0.0.1,127.0.0.1:9000,::1,[::1]:9000,fd00::/8,news.lan,news.lan.:9000";
  expect(read({}, { SITREP_FEED_ALLOW: allow }).config?.feedAllow).toEqual(allow.split(","));
});

test("the public address has no end of its own", () => {
  const env = { SITREP_PUBLIC_URL: "https://news.example/sitrep/" };
  expect(read({}, env).config?.web.publicUrl).toBe("https://news.example/sitrep");
  expect(read({}, { SITREP_PUBLIC_URL: "https://news.example/?a=1" }).faults).toEqual([
    "environment:1: SITREP_PUBLIC_URL: has a query or a fragment: leave out what follows ? or #",
  ]);
});
