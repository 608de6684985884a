import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { LedgerCounts } from "../commands/ports.ts";

/** What Sitrep tells Prometheus. */
export type Metrics = {
  /** One poll: "ok", "unchanged" or "failed". */
  polled(outcome: "ok" | "unchanged" | "failed", tookMs: number): void;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
};

const SECONDS_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics of this process and of the ledger, which is asked each time they are read. */
export function createMetrics(counts: () => Promise<LedgerCounts>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const polls = new Counter({
    name: "sitrep_polls_total",
    help: "Polls of feeds by outcome",
    labelNames: ["outcome"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "sitrep_poll_seconds",
    help: "Time of one poll",
    buckets: SECONDS_BUCKETS,
    registers: [registry],
  });
  const ledger = new Gauge({
    name: "sitrep_ledger_rows",
    help: "Items and stories in the archive, deliveries by state",
    labelNames: ["kind"],
    registers: [registry],
    async collect() {
      const { oldestPendingAt: _, ambiguous, ...rows } = await counts();
      for (const [kind, value] of Object.entries(rows)) this.set({ kind }, value);
      ambiguousTotal.set(ambiguous);
    },
  });
  const ambiguousTotal = new Gauge({
    name: "ambiguous_total",
    help: "Posts of which nobody can say whether they were made",
    registers: [registry],
  });
  registry.registerMetric(ledger);
  return {
    polled(outcome, tookMs) {
      polls.inc({ outcome });
      seconds.observe(tookMs / 1_000);
    },
    text: () => registry.metrics(),
  };
}
