/** Month names of twelve columns, as feeds write them: in full, in the cases of a date, and cut to three letters. */
const ROWS = `
jan feb mar apr may jun jul aug sep oct nov dec
january february march april may june july august september october november december
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
ene feb mar abr may jun jul ago sep oct nov dic
janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro
jan fev mar abr mai jun jul ago set out nov dez
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
janv fevr mars avr mai juin juil aou sept oct nov dec
januar februar marz april mai juni juli august september oktober november dezember
janner feber maerz apr mai jun jul aug sep okt nov dez
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
gen feb mar apr mag giu lug ago set ott nov dic
januari februari maart april mei juni juli augustus september oktober november december
jan feb mrt apr mei jun jul aug sep okt nov dec
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
янв фев мар апр маи июн июл авг сен окт ноя дек
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень
січ лют бер кві тра чер лип сер вер жов лис гру
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień
sty lut mar kwi maj cze lip sie wrz paź lis gru
ledna unora brezna dubna kvetna cervna cervence srpna zari rijna listopadu prosince
januara februara marca aprila maja juna jula augusta septembra oktobra novembra decembra
ocak subat mart nisan mayıs haziran temmuz agustos eylul ekim kasım aralık
oca sub mar nis may haz tem agu eyl eki kas ara
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november december
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
január február március április május június július augusztus szeptember október november december
ιανουαριου φεβρουαριου μαρτιου απριλιου μαιου ιουνιου ιουλιου αυγουστου σεπτεμβριου οκτωβριου νοεμβριου δεκεμβριου
ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ
ian feb mar apr mai iun iul aug sept oct noi dec
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
januari februari maret april mei juni juli agustus september oktober november desember
`;

/** Month 1 to 12 by its name in lower case, with and without accents. Earlier rows win where names clash. */
export const MONTHS: ReadonlyMap<string, number> = monthsOf(ROWS);

function monthsOf(rows: string): ReadonlyMap<string, number> {
  const months = new Map<string, number>();
  for (const row of rows.trim().split("\n")) {
    for (const [index, name] of row.split(" ").entries()) {
      const plain = name.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC");
      for (const form of [name, plain]) if (!months.has(form)) months.set(form, index + 1);
    }
  }
  return months;
}
