import { STATUS_CODES } from "node:http";
import { setTimeout } from "node:timers/promises";
import {
  DefaultRestOptions,
  DefaultUserAgent,
  DiscordAPIError,
  HTTPError,
  type RESTOptions,
} from "discord.js";
import { Agent, request } from "undici";

/**
 * Connections for answers. The REST client's own way opens one for every request that is under way, which under a
 * flood of commands costs more than the requests.
 */
const CONNECTIONS_MAX = 32;

type MakeRequest = RESTOptions["makeRequest"];

/** The platform drops an interaction that was not answered by then. */
const ACKNOWLEDGE_MS = 3_000;

/** How answers to interactions are sent, over a few connections that are kept. */
export type AnswerRequests = {
  /** For a REST client. */
  readonly makeRequest: MakeRequest;
  /**
   * The first answer to an interaction. It has no limit to keep count of, and a REST client's keeping costs more than
   * the request. Refused for being too fast, it is tried once more while there is time.
   */
  acknowledge(route: string, body: object): Promise<void>;
  close(): Promise<void>;
};

/** `apiUrl`: base of the REST API; null: the platform's. */
export function createAnswerRequests(apiUrl: string | null): AnswerRequests {
  const dispatcher = new Agent({ connections: CONNECTIONS_MAX });
  const base = `${apiUrl ?? DefaultRestOptions.api}/v${DefaultRestOptions.version}`;
  const headers = { "content-type": "application/json", "user-agent": DefaultUserAgent };
  const post = (url: string, body: string): Promise<Answer> =>
    request(url, {
      dispatcher,
      method: "POST",
      headers,
      body,
      headersTimeout: ACKNOWLEDGE_MS,
      bodyTimeout: ACKNOWLEDGE_MS,
    });
  return {
    async acknowledge(route, body) {
      const url = `${base}${route}`;
      const text = JSON.stringify(body);
      let answer = await post(url, text);
      const waitMs = Number(answer.headers["retry-after"]) * 1_000;
      if (answer.statusCode === 429 && waitMs < ACKNOWLEDGE_MS) {
        await answer.body.dump();
        await setTimeout(waitMs);
        answer = await post(url, text);
      }
      if (answer.statusCode < 300) await answer.body.dump();
      else throw await refusal(answer);
    },
    async makeRequest(url, init) {
      const { body, headers } = await bodyOf(init);
      const method = METHODS.find((known) => known === init.method) ?? "GET";
      const signal = init.signal ?? null;
      const answer = await request(url, { dispatcher, method, headers, body, signal });
      return {
        body: answer.body,
        arrayBuffer: () => answer.body.arrayBuffer(),
        json: () => answer.body.json(),
        text: () => answer.body.text(),
        get bodyUsed() {
          return answer.body.bodyUsed;
        },
        headers: headersOf(answer.headers),
        status: answer.statusCode,
        statusText: STATUS_CODES[answer.statusCode] ?? "",
        ok: answer.statusCode >= 200 && answer.statusCode < 300,
      };
    },
    close: () => dispatcher.destroy(),
  };
}

type Answer = Awaited<ReturnType<typeof request>>;

/** The error that a REST client would throw, without the address, which holds a token. */
async function refusal({ statusCode, body }: Answer): Promise<Error> {
  const told: unknown = await body.json().catch(() => null);
  const code: unknown = Reflect.get(Object(told), "code");
  const message: unknown = Reflect.get(Object(told), "message");
  return typeof code === "number" && typeof message === "string"
    ? new DiscordAPIError({ code, message }, code, statusCode, "POST", "", {})
    : new HTTPError(statusCode, STATUS_CODES[statusCode] ?? "", "POST", "", {});
}

const METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"] as const;

type Init = Parameters<MakeRequest>[1];

/** JSON goes as it is; a form with files is laid out here, whichever kind of form it is. */
async function bodyOf(
  init: Init,
): Promise<{ readonly body: string | Buffer | null; readonly headers: Record<string, string> }> {
  const headers = Object.fromEntries(new Headers(Object(init.headers)));
  const { body } = init;
  if (body === null || body === undefined) return { body: null, headers };
  if (typeof body === "string") return { body, headers };
  const laidOut = new Response(Object(body));
  const type = laidOut.headers.get("content-type");
  if (type !== null) headers["content-type"] = type;
  return { body: Buffer.from(await laidOut.arrayBuffer()), headers };
}

function headersOf(given: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  return headers;
}
