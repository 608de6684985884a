import { afterEach, beforeEach, expect, test } from "vitest";
import { type TenantWorld, tenantWorld } from "../../support/tenant-world.ts";

let world: TenantWorld;
beforeEach(async () => {
  world = await tenantWorld();
  await world.bring("f-one", [
    { title: "Dockers return to work", text: "The port is open again." },
    { title: "Los estibadores vuelven al puerto", text: "El puerto abre.", language: "es" },
    { title: "Bakers raise their prices", text: "Bread is dear." },
  ]);
});
afterEach(() => world.close());

test("a search finds what a concept group stands for, in every language", async () => {
  const found = await world.say("search @workers");
  expect(found).toContain("Dockers return to work");
  expect(found).toContain("Los estibadores vuelven al puerto");
  expect(found).not.toContain("Bakers");
});

test("a search for a group that nobody declared names the nearest one", async () => {
  expect(await world.say("search @worker")).toContain("did you mean @workers?");
});
