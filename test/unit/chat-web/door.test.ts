import { expect, test } from "vitest";
import { makeSession } from "../../../src/chat/web/guard.ts";
import { createWebApp } from "../../../src/chat/web/server.ts";
import { samplePage } from "./sample-page.ts";

const TOKEN = "correct-horse-battery-staple";
const HTML = { accept: "text/html" };

function door(changes: Parameters<typeof samplePage>[0] = {}) {
  const { options } = samplePage({ token: TOKEN, loopback: false, ...changes });
  const { app } = createWebApp(options);
  return (path: string, init: RequestInit & { host?: string } = {}) => {
    const headers = new Headers(init.headers);
    headers.set("host", init.host ?? "192.0.2.7:8080");
    return app.request(`http://192.0.2.7:8080${path}`, { ...init, headers });
  };
}

const logIn = (ask: ReturnType<typeof door>, token: string, next = "/topics", host?: string) =>
  ask("/login", {
    method: "POST",
    body: new URLSearchParams({ token, next }),
    ...(host === undefined ? {} : { host }),
  });

test("without the token nothing is shown but the way in", async () => {
  const ask = door();
  for (const path of [
    "/",
    "/topics",
    "/events",
    "/metrics",
    "/topics/venezuela-talks/feed.xml",
    "/suggest",
    "/posts?after=0",
  ]) {
    const response = await ask(path);
    expect(response.status, path).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await response.text()).not.toContain("Venezuela");
  }
  const page = await ask("/topics?x=1", { headers: HTML });
  expect(page.status).toBe(401);
  expect(await page.text()).toContain('name="next" value="/topics?x=1"');
  expect((await ask("/command", { method: "POST", body: "{}" })).status).toBe(401);
});

test("probes do not ask for the token, and tell a stranger no problems", async () => {
  const ask = door({ ready: async () => ({ ok: false, problems: ["private"] }) });
  expect((await ask("/healthz")).status).toBe(200);
  const ready = await ask("/readyz");
  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({ ok: false });
});

test("the token as bearer lets a script in as admin; a wrong one does not", async () => {
  const ask = door();
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  expect((await ask("/feeds", bearer(TOKEN))).status).toBe(200);
  for (const wrong of ["", "x", `${TOKEN}x`, TOKEN.slice(1), TOKEN.toUpperCase()]) {
    expect((await ask("/feeds", bearer(wrong))).status, wrong).toBe(401);
  }
});

test("the token in an address does not let anybody in", async () => {
  expect((await door()(`/?token=${TOKEN}`)).status).toBe(401);
});

test("a login sets a cookie that no script reads, no other site sends, and that is not the token", async () => {
  const ask = door();
  const response = await logIn(ask, TOKEN);
  expect(response.status).toBe(303);
  expect(response.headers.get("location")).toBe("/topics");
  const cookie = response.headers.get("set-cookie") ?? "";
  expect(cookie).toContain("HttpOnly");
  expect(cookie).toContain("SameSite=Strict");
  expect(cookie).not.toContain("Secure");
  expect(cookie).not.toContain(TOKEN);
  const headers = { cookie: cookie.split(";")[0] ?? "" };
  expect((await ask("/feeds", { headers })).status).toBe(200);
});

test("behind a proxy with https the cookie is for https only", async () => {
  const ask = door({ publicUrl: "https://sitrep.example" });
  const response = await logIn(ask, TOKEN, "/", "sitrep.example");
  expect(response.headers.get("set-cookie")).toContain("Secure");
});

test("a wrong token gets the form again and no cookie", async () => {
  const response = await logIn(door(), "wrong");
  expect(response.status).toBe(401);
  expect(response.headers.get("set-cookie")).toBeNull();
  expect(await response.text()).toContain("This is not the token.");
});

test.each(["//evil.example", "https://evil.example", "/\\evil.example", ""])(
  "a login leads to no other site, such as %j",
  async (next) => {
    expect((await logIn(door(), TOKEN, next)).headers.get("location")).toBe("/");
  },
);

test("a forged, altered or outlived session is none", async () => {
  const now = Date.parse("2026-11-20T17:00:00.000Z");
  const ask = door();
  const good = makeSession(TOKEN, now);
  const [endsAt = "", proof = ""] = good.split(".");
  const month = 31 * 24 * 3_600_000;
  const cases = [
    makeSession("other", now),
    makeSession(TOKEN, now - month),
    `${Number(endsAt) + 1}.${proof}`,
    `${endsAt}.`,
    `${endsAt}`,
    "",
    TOKEN,
  ];
  const status = async (value: string) =>
    (await ask("/topics", { headers: { cookie: `sitrep_session=${value}` } })).status;
  expect(await status(good)).toBe(200);
  for (const value of cases) expect(await status(value), value).toBe(401);
});

test("a logout ends the session in the browser", async () => {
  const ask = door();
  const headers = {
    cookie: `sitrep_session=${makeSession(TOKEN, Date.parse("2026-11-20T17:00:00.000Z"))}`,
  };
  const response = await ask("/logout", { method: "POST", headers });
  expect(response.headers.get("set-cookie")).toMatch(/sitrep_session=;.*Max-Age=0/);
});

test("beyond loopback, addresses in digits and the public name are ours, other names are not", async () => {
  const ask = door({ publicUrl: "https://sitrep.example" });
  const headers = { authorization: `Bearer ${TOKEN}` };
  expect((await ask("/", { headers, host: "10.1.2.3:8080" })).status).toBe(200);
  expect((await ask("/", { headers, host: "[2001:db8::1]:8080" })).status).toBe(200);
  expect((await ask("/", { headers, host: "sitrep.example" })).status).toBe(200);
  expect((await ask("/", { headers, host: "rebound.example" })).status).toBe(403);
  const origin = { ...headers, origin: "https://sitrep.example" };
  expect((await ask("/", { headers: origin, host: "127.0.0.1:8080" })).status).toBe(200);
});

test("one who comes through a proxy to a page without a token is no admin", async () => {
  const ask = door({ token: null, loopback: true, publicUrl: "https://sitrep.example" });
  expect((await ask("/feeds", { host: "127.0.0.1:8080" })).status).toBe(200);
  expect((await ask("/feeds", { host: "sitrep.example" })).status).toBe(403);
  const headers = { "x-forwarded-for": "198.51.100.9" };
  expect((await ask("/feeds", { host: "127.0.0.1:8080", headers })).status).toBe(403);
  expect((await ask("/topics", { host: "sitrep.example" })).status).toBe(200);
});

test("beyond loopback without a token nobody is let in", async () => {
  const ask = door({ token: null });
  expect((await ask("/")).status).toBe(403);
  expect((await ask("/healthz")).status).toBe(200);
});

test("addresses of other parts answer for themselves, whatever name they are called by", async () => {
  const ask = door({
    mounts: [{ path: "/slack/events", handle: async () => new Response("checked there") }],
  });
  const response = await ask("/slack/events", { method: "POST", host: "hooks.example" });
  expect(await response.text()).toBe("checked there");
});
