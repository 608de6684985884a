import { describe, expect, test } from "vitest";
import { detectLanguage, languageOf } from "../../../src/feeds/language.ts";

describe("detectLanguage tells a headline's language", () => {
  test.each([
    ["en", "Envoys meet in the capital for another round of talks"],
    ["en", "UN warns of famine after the harvest failed"],
    ["ru", "Министр обороны заявил о выводе войск"],
    ["uk", "Міністр оборони заявив про виведення військ"],
    ["be", "Міністр абароны заявіў пра вывад войскаў"],
    ["bg", "Министърът на отбраната обяви, че войските се изтеглят"],
    ["sr", "Министар одбране најавио повлачење трупа из области"],
    ["mk", "Министерот најави повлекување на војската од областа во петок"],
    ["pl", "Minister obrony ogłosił wycofanie wojsk z regionu"],
    ["es", "El Gobierno y la oposición reanudan el diálogo"],
    ["pt", "Governo e oposição retomam as negociações na capital"],
    ["fr", "Le gouvernement et l'opposition reprennent le dialogue"],
    ["de", "Regierung und Opposition nehmen die Gespräche wieder auf"],
    ["it", "Governo e opposizione riprendono il dialogo nella capitale"],
    ["nl", "Regering en oppositie hervatten het overleg in de hoofdstad"],
    ["tr", "Hükümet ve muhalefet görüşmelere yeniden başladı"],
    ["ar", "الحكومة والمعارضة تستأنفان الحوار"],
    ["fa", "دولت و مخالفان گفتگوها را از سر گرفتند"],
    ["el", "Κυβέρνηση και αντιπολίτευση ξαναρχίζουν τον διάλογο"],
    ["he", "הממשלה והאופוזיציה מחדשות את השיחות"],
    ["zh", "政府与反对派恢复对话"],
    ["ja", "政府と野党が対話を再開した"],
    ["ko", "정부와 야당이 대화를 재개했다"],
  ])("%s: %s", (language, headline) => {
    expect(detectLanguage(headline)).toBe(language);
  });

  test("and says nothing where nothing can be told", () => {
    expect(detectLanguage("")).toBeNull();
    expect(detectLanguage("2026 – 3:1")).toBeNull();
  });
});

test("a declared language holds unless its script says otherwise", () => {
  expect(languageOf("es", "Caracas")).toBe("es");
  expect(languageOf("en", "Министр обороны заявил о выводе войск")).toBe("ru");
  expect(languageOf("ru", "The minister announced the withdrawal of troops")).toBe("en");
  expect(languageOf("de", "")).toBe("de");
});
