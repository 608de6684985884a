import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { decode } from "../../../src/feeds/decode.ts";

const RUSSIAN =
  "Министерство обороны сообщило о переброске войск к границе, передаёт агентство из столицы.";

describe("decode", () => {
  test.each(["windows-1251", "koi8-r", "iso-8859-5", "utf-16le", "utf-16be"])(
    "reads %s by its declaration or by its zero bytes",
    (charset) => {
      const xml = `<?xml version="1.0" encoding="${charset}"?><title>${RUSSIAN}</title>`;
      expect(decode(iconv.encode(xml, charset), null)).toEqual({ text: xml, charset });
    },
  );

  test("lets the content type win over the declaration", () => {
    const xml = `<?xml version="1.0" encoding="iso-8859-1"?><title>${RUSSIAN}</title>`;
    const read = decode(iconv.encode(xml, "windows-1251"), "text/xml; charset=Windows-1251");
    expect(read.text).toBe(xml);
  });

  test("believes valid UTF-8 more than a single-byte label", () => {
    const bytes = Buffer.from(`<?xml version="1.0" encoding="iso-8859-1"?><t>${RUSSIAN}</t>`);
    expect(decode(bytes, "text/xml; charset=iso-8859-1").charset).toBe("utf-8");
    expect(decode(bytes, null).text).toContain("переброске войск");
  });

  test("takes both marks off when a server sends two", () => {
    const bytes = Buffer.from("\uFEFF\uFEFF<rss/>");
    expect(decode(bytes, null).text).toBe("<rss/>");
  });

  test("reads an undeclared text by its letters", () => {
    expect(decode(iconv.encode(RUSSIAN.repeat(3), "windows-1251"), null).text).toContain("войск");
    expect(decode(Buffer.from("caf\xe9 au lait", "latin1"), null).text).toBe("café au lait");
  });

  test("keeps a UTF-8 text with one broken byte readable", () => {
    const bytes = Buffer.concat([Buffer.from(RUSSIAN), Buffer.from([0xff]), Buffer.from(RUSSIAN)]);
    expect(decode(bytes, null).text).toBe(`${RUSSIAN}\uFFFD${RUSSIAN}`);
  });

  test("reads Asian sets under their common labels", () => {
    const chinese = "中国外交部发言人表示，双方将继续谈判。";
    expect(decode(iconv.encode(chinese, "gb18030"), "text/xml; charset=GB2312").text).toBe(chinese);
    const japanese = "外務省は協議を続けると発表した。";
    expect(decode(iconv.encode(japanese, "shift_jis"), "text/xml; charset=x-sjis").text).toBe(
      japanese,
    );
    const jis = Buffer.from("\x1b$B30L3>J\x1b(B", "latin1");
    expect(decode(jis, "text/xml; charset=iso-2022-jp").text).toBe("外務省");
  });

  test("never reads UTF-7, and ignores a label that nobody knows", () => {
    expect(decode(Buffer.from("+ADw-script+AD4-"), "text/xml; charset=utf-7").text).toBe(
      "+ADw-script+AD4-",
    );
    expect(decode(Buffer.from("plain"), "text/xml; charset=bogus")).toEqual({
      text: "plain",
      charset: "utf-8",
    });
  });

  test("reads no bytes as no text", () => {
    expect(decode(new Uint8Array(), null).text).toBe("");
  });
});
