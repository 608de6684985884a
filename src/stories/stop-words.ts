/**
 * Words that carry no event: function words of the languages that the feeds speak, and the verbs of reporting.
 * Words that mean something in another of these languages ("die", "war", "sin", "pour") are left out.
 */
const LISTS = `
a about after against all also amid among an and any are as at back be because been before being between but by
can could day days did do does down during each first for from get gets had has have having he her here him his how
i if in into is it its just last like made make makes may me might more most mr mrs ms much my new no nor not now
of off on one only onto or other our out over own per said same say saying says see set she should since so some
still such than that the their them then there these they this those three through to today told too two under
until up us via vs was way we week well were what when where which while who whom whose why will with would year
years yet you your
ante aunque cada como con contra cual cuando de del desde donde dos el ella ellas ellos en entre era eran es esa
ese eso esta estas este esto estos fue ha han hasta hay la las le les lo los mas mientras muy ni nos o para pero
por porque que quien se segun ser si sobre son su sus tambien tras un una uno unos y ya
ao aos apos ate com como da das diz do dos e ela ele eles em entre essa esse esta foi ja mais mas na nas nao no nos
os ou para pela pelo por que quando sao se sem ser seu seus sua suas tambem tem um uma
au aussi aux avant avec ce cette ces chez comme contre dans de depuis des du elle elles en entre est et etait ete
etre il ils je la le les leur leurs lors mais meme ne nous ont ou par pas plus qu que qui sa sans selon ses sont
son sous sur tout une vous
aber als am auch auf aus bei bis das dass dem den der des durch ein eine einem einen einer eines er es fur gegen
hat haben im ist kann mehr mit nach nicht noch nur oder sein seine sich sie sind soll und uber um unter vom von vor
wegen werden wie wird wurde zu zum zur zwischen
ai al alla alle anche che chi ci come con cosi da dal dalla dei del della delle di dopo dove e gli ha hanno il
in la le lo loro ma nei nel nella non per piu quando questo quella se si sono sua suo sul sulla tra una uno
aan als bij dan dat deze dit door een en er geen haar had heeft het hij hun ik kan maar meer met naar niet nog
of om ook op over te tegen tot uit van voor werd wordt zal ze zich zijn
а без более был была были было быть в вам вас весь во вот все всех вы где да для до его ее если есть еще же за и из
или им их к как когда кто ли между мы на над не него нет но о об от она они оно по под после при про с сказал сказала
сообщил со так также там то того тоже только том у уже чем что чтобы это этого этой этом
або але був була були бути від він вона вони все де до еще же за з зі та так також те ти то тому у цей ця через чи
що щоб як який яка які після про під при на не ні і й її їх його
aby albo ale bez byl byla bylo byly byc co czy dla do gdy go ich jak jako jego jej jest juz ktora ktore ktory lub
ma maja nad nie niz o od oraz po pod przed przez przy sa sie ta tak takze te tego tej ten to tym w we wraz z za ze
zeby
ان او الى الذي التي بعد بين حول على عن في قال قبل كان كما لا ما مع من هذا هذه هو هي و
`;

const STOP_WORDS: ReadonlySet<string> = new Set(
  LISTS.split(/\s+/).map((word) => word.normalize("NFKD").replace(/\p{M}+/gu, "")),
);

/** Whether a folded word says nothing about what happened. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}
