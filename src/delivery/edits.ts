import type { Edit, EditSettlement, Outcome } from "./delivery.ts";
import type { DeliveryPorts, EditOutbox } from "./ports.ts";
import type { Route } from "./route.ts";
import { RETRY_FIRST_MS, retryAfterMs } from "./settle.ts";

/** Tries after which a post stays as it is: about two hours. */
export const EDIT_ATTEMPTS_MAX = 20;

/** Brings newer versions to posts that stand. */
export type Edits = {
  /** Begins what is due and has room on these routes. Each job resolves with false: no delivery was settled by it. */
  take(routes: readonly Route[]): Promise<Promise<boolean>[]>;
};

/** Edits go the same way as deliveries, after them and at the same pace. */
export function createEdits(ports: DeliveryPorts, outbox: EditOutbox): Edits {
  const running = new Set<string>();
  /** Edits that could not be noted are left alone until then, by elapsedMs. */
  const notBeforeMs = new Map<string, number>();

  const isFree = (key: string): boolean =>
    !running.has(key) && (notBeforeMs.get(key) ?? 0) <= ports.elapsedMs();

  async function show(edit: Edit, route: Route): Promise<boolean> {
    const outcome = await ask(edit, route);
    if (outcome === null) return false;
    if (outcome.kind === "retry" && outcome.scope === "platform") {
      route.hold(retryAfterMs(outcome.afterMs, edit.attempts + 1));
    }
    const settlement = editSettlementOf(outcome, edit.attempts + 1, ports.now());
    const { key, channel } = edit;
    try {
      await outbox.settleEdit(edit, settlement);
      notBeforeMs.delete(key);
      if (settlement.state === "shown") await ports.onEdited?.(edit);
      else ports.log.warn({ key, channel, ...settlement }, "a post was not edited by this try");
    } catch (error) {
      notBeforeMs.set(key, ports.elapsedMs() + RETRY_FIRST_MS);
      ports.log.error({ key, channel, error: String(error) }, "an edit cannot be noted");
    }
    return false;
  }

  async function ask(edit: Edit, route: Route): Promise<Outcome | null> {
    const { transport } = route;
    const channel = route.bare(edit.channel);
    const none: Outcome = { kind: "gone", reason: "posts there are not edited", park: false };
    try {
      const done = await route.request(async () => transport.edit?.({ ...edit, channel }) ?? none);
      return done === null ? null : done.answer;
    } catch (error) {
      ports.log.error({ key: edit.key, error: String(error) }, "a transport threw");
      return { kind: "unclear", reason: "the transport failed" };
    }
  }

  return {
    async take(routes) {
      const jobs: Promise<boolean>[] = [];
      for (const route of routes) {
        const limit = route.roomToTake();
        if (limit < 1) continue;
        const due = await outbox.dueEdits(limit, ports.now(), [route.transport.platform]);
        for (const edit of due.filter(({ key }) => isFree(key))) {
          running.add(edit.key);
          const job = route.run(() => show(edit, route));
          jobs.push(job.finally(() => running.delete(edit.key)));
        }
      }
      return jobs;
    },
  };
}

/** What a try to edit comes to. `attempts`: tries so far, this one included. */
export function editSettlementOf(outcome: Outcome, attempts: number, now: string): EditSettlement {
  if (outcome.kind === "sent") return { state: "shown" };
  const { reason } = outcome;
  if (outcome.kind === "gone" || attempts >= EDIT_ATTEMPTS_MAX) return { state: "gone", reason };
  const ms = retryAfterMs(outcome.kind === "retry" ? outcome.afterMs : null, attempts);
  return { state: "retry", dueAt: new Date(Date.parse(now) + ms).toISOString(), reason };
}
