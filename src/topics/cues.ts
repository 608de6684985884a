import { wordsOf } from "./analyse.ts";
import { LANGUAGES, type Language } from "./language.ts";
import type { Lexicon } from "./lexicon.ts";

/** Little words that turn the meaning of a frame around. Exact forms, by language. */
const CUES = {
  /** It did not happen, or is said not to happen. */
  negation: {
    en: "not, no, never, denies, deny, denied, without, didnt, doesnt, wont, isnt, arent, hasnt, havent, cannot, refuses, refused, neither, nor, none",
    ru: "не, нет, без, отрицает, опроверг, опровергает, опровергли, ни",
    uk: "не, немає, без, заперечує, спростував, спростувала, ні",
    pl: "nie, bez, zaprzecza, zaprzeczył, ani, żaden",
    es: "no, nunca, sin, niega, niegan, negó, ni, tampoco",
    pt: "não, nunca, sem, nega, negam, negou, nem, tampouco",
    fr: "ne, pas, sans, nie, dément, démentent, jamais, ni, aucun, aucune",
    de: "nicht, kein, keine, keinen, ohne, dementiert, nie, weder, noch nie, bestreitet",
    it: "non, senza, nega, smentisce, mai, né, nessun, nessuno",
    nl: "niet, geen, zonder, ontkent, nooit, noch, evenmin, ontkennen",
    ar: "لا, لم, لن, ليس, نفى, تنفي, ينفي, نفت, دون",
  },
  /** It may happen. */
  possibility: {
    en: "could, may, might, would, if, whether, threatens, threaten, threat, fears, possible, potential, considering, mulls",
    ru: "может, могут, если, возможно, угрожает, возможной",
    uk: "може, можуть, якщо, можливо, погрожує, можливого",
    pl: "może, mogą, jeśli, możliwe, grozi, czy",
    es: "podría, podrían, si, posible, amenaza, quizás",
    pt: "poderia, pode, se, possível, ameaça, talvez",
    fr: "pourrait, pourraient, si, possible, menace, éventuel",
    de: "könnte, könnten, wenn, falls, möglich, droht, ob",
    it: "potrebbe, potrebbero, se, possibile, minaccia",
    nl: "zou, kan, als, mogelijk, dreigt, of",
    ar: "قد, ربما, إذا, يهدد, تهدد, محتمل",
  },
  /** History told again beside the news: "since Russia sent …", "years after …". */
  retold: {
    en: "since, when, anniversary, ago, years after, after Russia invaded, following the invasion, last year",
    ru: "после того как, когда, годовщина, лет назад, год назад, с тех пор",
    uk: "після того як, коли, річниця, років тому, рік тому, відтоді",
    pl: "odkąd, gdy, rocznica, lat temu, rok temu, po tym jak",
    es: "desde que, cuando, aniversario, hace años, el año pasado",
    pt: "desde que, quando, aniversário, anos atrás, no ano passado",
    fr: "depuis que, lorsque, quand, anniversaire, ans après, l'an dernier",
    de: "seit, als, jahrestag, vor jahren, nachdem",
    it: "da quando, quando, anniversario, anni fa, dopo che",
    nl: "sinds, toen, jaar geleden, nadat",
    ar: "منذ, عندما, ذكرى, بعد أن, حين",
  },
  /** Before what led to the news rather than is the news: "… after Russia sent troops". */
  background: {
    en: "after, following, because, as, amid reports, days after, weeks after, months after, hours after, amid, given",
    ru: "после, из за, поскольку, вслед за, на фоне",
    uk: "після, через те що, оскільки, услід за, на тлі",
    pl: "po, ponieważ, gdyż, w związku z, w obliczu",
    es: "tras, después de, porque, luego de, en medio de",
    pt: "após, depois de, porque, em meio a",
    fr: "après, suite à, parce que, sur fond de",
    de: "nach, nachdem, weil, wegen, angesichts",
    it: "dopo, perché, in seguito a, nel mezzo di, mentre",
    nl: "na, nadat, omdat, wegens, te midden van, terwijl",
    ar: "بعد, عقب, إثر, بسبب, وسط",
  },
  /** Before a place or a person: that is where or against whom, not who acts. */
  preposition: {
    en: "to, in, into, inside, near, on, against, with, for, toward, towards, at, across, over, amid, about, of, around, between, within",
    ru: "в, во, на, к, с, против, из, у, около, о, об, через, до, для, за, под, между, вблизи",
    uk: "в, у, на, до, з, із, проти, біля, про, через, для, за, під, між, поблизу",
    pl: "w, we, na, do, z, przeciw, przy, o, przez, dla, za, pod, między, koło",
    es: "a, en, contra, con, para, hacia, cerca, sobre, por, al, de, del, entre",
    pt: "a, em, no, na, nos, nas, contra, com, para, perto, sobre, ao, à, de, do, da, entre",
    fr: "à, en, au, aux, contre, avec, pour, vers, près, sur, dans, de, du, des, entre",
    de: "in, nach, im, an, auf, gegen, mit, für, bei, nahe, über, zu, zum, zur, aus, zwischen",
    it: "a, in, contro, con, per, verso, presso, su, nel, nella, al, alla, di, del, della, tra",
    nl: "in, naar, tegen, met, voor, bij, op, aan, over, van, tussen",
    ar: "إلى, في, على, ضد, مع, من, نحو, قرب, عن, بين",
  },
  /** Before the one who acts, after the action: "sent by Russia". */
  agent: {
    en: "by, from",
    ru: "от, из",
    uk: "від, з, із",
    pl: "przez, od, z",
    es: "por, desde",
    pt: "por, pela, pelo",
    fr: "par, depuis",
    de: "von, vom, durch, aus",
    it: "da, dalla, dal",
    nl: "door, vanuit",
    ar: "من, قبل",
  },
  /** Between a thing and whose it is: "troops of Russia". */
  owner: {
    en: "of, from",
    ru: "от, из",
    uk: "від, з, із",
    pl: "z, od",
    es: "de",
    pt: "de, da, do",
    fr: "de",
    de: "von, aus, der",
    it: "di, della",
    nl: "van, uit",
    ar: "من",
  },
  /** Before one who is aimed at or spoken of, and does not act. */
  target: {
    en: "to, against, with, amid, for, on, about, over, between, at",
    ru: "к, с, против, на, для, о, об, между, по",
    uk: "до, з, із, проти, на, для, про, між, щодо",
    pl: "do, z, przeciw, na, dla, o, między, wobec",
    es: "a, contra, con, para, sobre, entre, ante",
    pt: "contra, com, para, sobre, entre, à, ao",
    fr: "contre, avec, pour, sur, entre, face à",
    de: "gegen, mit, für, über, zwischen, an",
    it: "contro, con, per, sulla, tra, alla",
    nl: "tegen, met, voor, over, tussen, aan",
    ar: "ضد, مع, على, بين",
  },
  /** Before what the news is about, which is not where anything goes. */
  beside: {
    en: "over, about, amid, against, despite, with, because of",
    ru: "против, вопреки, несмотря на, из за, о, об",
    uk: "проти, попри, через, про",
    pl: "przeciw, mimo, wobec, o",
    es: "contra, pese a, sobre, ante, con",
    pt: "contra, apesar de, sobre, ante, com",
    fr: "contre, malgré, sur, face à, avec",
    de: "gegen, trotz, wegen, über, mit",
    it: "contro, nonostante, sulla, con",
    nl: "tegen, ondanks, over, wegens, met",
    ar: "ضد, رغم, بسبب, بشأن",
  },
  /** Away from a place. */
  away: {
    en: "from, out of, leaves",
    ru: "из, с, от",
    uk: "з, із, від",
    pl: "z, od",
    es: "desde",
    pt: "desde",
    fr: "hors",
    de: "aus",
    it: "da",
    nl: "uit, vanuit",
    ar: "من",
  },
  /** After a name: it tells of what others do: "NATO says", "Польша обвиняет". */
  speech: {
    en: "says, said, say, reports, reported, report, warns, warned, accuses, accused, claims, claimed, confirms, confirmed, sees, believes, tells, told, announces, announced, alleges, condemns, condemned, criticises, criticizes, fears, worries, asks, demands, urges, spots, counts, tracks, estimates",
    ru: "заявил, заявила, заявили, заявляет, сообщил, сообщила, сообщили, сообщает, обвинил, обвинила, обвиняет, утверждает, подтвердил, подтвердила, предупредил, предупреждает, видит, осудил, осудила, опасается, требует, насчитали",
    uk: "заявив, заявила, заявили, заявляє, повідомив, повідомила, повідомили, повідомляє, звинуватив, звинувачує, стверджує, підтвердив, підтвердила, попередив, попереджає, бачить, засудив, засудила, побоюється, вимагає",
    pl: "mówi, powiedział, powiedziała, informuje, poinformował, ostrzega, ostrzegł, oskarża, oskarżył, twierdzi, potwierdza, potwierdził, widzi, potępia, potępił, obawia się, żąda",
    es: "dice, dijo, informa, informó, advierte, advirtió, acusa, acusó, afirma, afirmó, confirma, confirmó, ve, cree, anuncia, denuncia, denunció, condena, condenó, teme, pide, exige, según",
    pt: "diz, disse, informa, informou, alerta, alertou, acusa, acusou, afirma, afirmou, confirma, confirmou, vê, acredita, anuncia, denuncia, denunciou, condena, condenou, condenam, teme, pede, exige",
    fr: "dit, affirme, affirmé, annonce, rapporte, avertit, prévient, accuse, accusé, confirme, confirmé, voit, croit, dénonce, dénoncé, condamne, condamné, craint, demande, exige, s'inquiète",
    de: "sagt, sagte, meldet, meldete, warnt, warnte, wirft, beschuldigt, behauptet, bestätigt, bestätigte, sieht, glaubt, kündigt, verurteilt, verurteilte, fürchtet, fordert, berichtet, berichten",
    it: "dice, detto, riferisce, avverte, accusa, accusato, afferma, conferma, confermato, vede, crede, annuncia, denuncia, condanna, condannato, teme, chiede",
    nl: "zegt, zei, meldt, meldde, waarschuwt, beschuldigt, beweert, bevestigt, ziet, gelooft, kondigt, veroordeelt, vreest, eist, bericht",
    ar: "قال, قالت, يقول, تقول, أعلن, أعلنت, يعلن, تعلن, أفاد, أفادت, حذر, حذرت, تحذر, اتهم, اتهمت, تتهم, أكد, أكدت, تؤكد, ترى, أدان, أدانت, تدين, تخشى",
  },
  /** After a name: only something of it, not it: "Russian-made". */
  derived: {
    en: "made, built, backed, speaking, born, occupied, held, controlled, installed, annexed, designed, style, era, supplied, owned, flagged, funded",
    ru: "производства, сборки, языка",
    uk: "виробництва, мови",
    pl: "produkcji, języka",
    es: "fabricado, fabricados, ocupado, ocupada",
    pt: "fabricado, fabricados, ocupado, ocupada",
    fr: "fabriqué, fabriqués, occupé, occupée",
    de: "gebaut, gebaute, besetzt, besetzte, sprachig, sprachige, stämmig",
    it: "fabbricato, fabbricati, occupato, occupata",
    nl: "gebouwd, gebouwde, gezind, gezinde, bezet, bezette, talig, talige",
    ar: "الصنع, المحتلة, الناطقة",
  },
  /** Before a name: for or against it, not it: "pro-Russian". */
  partisan: {
    en: "pro, anti, non, ex",
    ru: "анти, псевдо",
    uk: "анти, псевдо",
    pl: "pro, anty",
    es: "pro, anti",
    pt: "pró, anti",
    fr: "pro, anti",
    de: "pro, anti",
    it: "filo, anti",
    nl: "pro, anti",
    ar: "الموالية, الموالين, موالية, موالين",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>;

/** The kinds of cues a frame heeds. */
export type CueKind = keyof typeof CUES;

/** By kind, the atom that stands for its words. */
export type Cues = Readonly<Record<CueKind, number>>;

/** Puts the cues into the lexicon, once for all topics that have a frame. */
export function addCues(lexicon: Lexicon): Cues {
  const atomOf = (kind: CueKind): number => {
    const atom = lexicon.newAtom();
    for (const language of LANGUAGES) {
      for (const text of CUES[kind][language].split(", ")) {
        const words = wordsOf(text);
        lexicon.add(
          words.map((word) => ({ word, mode: "exact", language }) as const),
          atom,
        );
      }
    }
    return atom;
  };
  return {
    negation: atomOf("negation"),
    possibility: atomOf("possibility"),
    retold: atomOf("retold"),
    background: atomOf("background"),
    preposition: atomOf("preposition"),
    agent: atomOf("agent"),
    owner: atomOf("owner"),
    target: atomOf("target"),
    beside: atomOf("beside"),
    away: atomOf("away"),
    speech: atomOf("speech"),
    derived: atomOf("derived"),
    partisan: atomOf("partisan"),
  };
}
