"""How five languages say when: words of time and the English ones that qa/spans.py reads. Tables alone.

dateparser reads days, months and weekdays in each of these languages; of "letzter Woche", "semana pasada", "上月" it
knows some forms and not others, so these are said in English here. Not here: reading a question with them
(qa/read_time_abroad.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from qa.foreign import TONGUES


@dataclass(frozen=True, slots=True)
class TimeWords:
    """One language: `words` to English; `spans` are patterns of stretches and what they are in English.

    In a pattern, `{unit}`, `{season}`, `{few}`, `{nth}`, `{month}` and `{weekday}` stand for those words, `{year}` and
    `{day}` for numbers; in its English, `<unit>` is what stood there. `absolute` are dates that dateparser reads as
    they stand. `hows` is what stands before a date, or after it (`hows_after`). The others are what a question asks for.
    """

    words: dict[str, dict[str, str]]
    spans: tuple[tuple[str, str], ...]
    absolute: tuple[str, ...]
    between: str
    hows: tuple[tuple[str, str], ...]
    hows_after: tuple[tuple[str, str], ...]
    published: str
    news: str
    believed: str
    to_come: str
    newest: str
    oldest: str


def _months(language: str, more: str = "") -> dict[str, str]:
    english = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    own = dict(zip(TONGUES[language].months.split(), english, strict=True))
    return own | dict(zip(more.split(","), english, strict=True)) if more else own


def _weekdays(names: str) -> dict[str, str]:
    english = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    return {name: english[i % 7] for i, name in enumerate(names.split(","))}


def _few(names: str) -> dict[str, str]:
    english = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    return {name: english[i % 9] for i, name in enumerate(names.split())}


TIME_WORDS = {
    "de": TimeWords(
        words={
            "unit": {
                "tage": "days",
                "tagen": "days",
                "tag": "day",
                "wochen": "weeks",
                "woche": "week",
                "monaten": "months",
                "monate": "months",
                "monats": "month",
                "monat": "month",
                "jahren": "years",
                "jahres": "year",
                "jahre": "years",
                "jahr": "year",
                "wochenendes": "weekend",
                "wochenende": "weekend",
                "quartals": "quarter",
                "quartal": "quarter",
            },
            "season": {
                "frühling": "spring",
                "frühjahr": "spring",
                "sommer": "summer",
                "herbst": "autumn",
                "winter": "winter",
            },
            "few": _few("zwei drei vier fünf sechs sieben acht neun zehn"),
            "nth": {
                "ersten": "first",
                "erste": "first",
                "zweiten": "second",
                "zweite": "second",
                "dritten": "third",
                "dritte": "third",
                "vierten": "fourth",
                "vierte": "fourth",
            },
            "month": _months("de"),
            "weekday": _weekdays("montag,dienstag,mittwoch,donnerstag,freitag,samstag,sonntag"),
            "part": {"anfang": "early", "mitte": "mid", "ende": "late"},
        },
        spans=(
            (r"{part} (?:letzten|vergangenen|vorigen) jahres", "<part> last year"),
            (r"vorgestern", "day before yesterday"),
            (r"gestern(?: abend| morgen| nacht)?", "yesterday"),
            (r"vorletzte[nrsm]? {unit}", "the <unit> before last"),
            (r"(?:den |der |die )?(?:letzten|vergangenen) {few} {unit}", "the last <few> <unit>"),
            (r"(?:letzte|vorige|vergangene)[nrsm]? {unit}", "last <unit>"),
            (r"(?:letzte|vorige|vergangene)[nrsm]? {season}", "last <season>"),
            (r"diese[nrsm]? {unit}", "this <unit>"),
            (r"diese[nrsm]? {season}", "this <season>"),
            (r"vor {few} {unit}", "<few> <unit> ago"),
            (r"vor eine[rm] {unit}", "a <unit> ago"),
            (r"(?:am |das |des )wochenende", "the weekend"),
            (r"{season}(?: des jahres)? {year}", "<season> of <year>"),
            (r"(?:im |dem |des )(?P<season>frühling|frühjahr|sommer|herbst|winter)", "<season>"),
            (r"{nth} quartal(?:s)?(?: des jahres)? {year}", "the <nth> quarter of <year>"),
            (r"{part} {month}(?: {year})?", "<part> <month> <year>"),
            (r"{part} {year}", "<part> <year>"),
            (r"(?:den )?{decade}er[ -]?jahren?", "the <decade>s"),
        ),
        absolute=(r"\d{1,2}\.\d{1,2}\.\d{4}", r"{day}\.? {month}(?: {year})?", r"{month}(?: {year})?"),
        between=r"(?:zwischen|von|vom) (?:dem )?(?P<a>{end}) (?:und|bis)(?: zum| dem)? (?P<b>{end})",
        hows=(
            (r"(?:zum |mit )?stand(?: vom| zum|(?= \d))", "as of"),
            (r"seit(?: dem| der)?", "since"),
            (r"nach(?: dem| der)?", "after"),
            (r"vor(?: dem| der)?", "before"),
            (r"bis(?: zum| zur)?", "by"),
            (r"im|am|in(?: der| den)?|vom|während(?: der| des)?", "in"),
        ),
        hows_after=(),
        published=r"\bberichte\w*|\bgemeldet\w*|\bmeldung\w*|\bartikel\w*|\bnachrichten\b|\bschlagzeile\w*|\bveröffentlich\w*"
        r"|\bschrieb\w*|\bgeschrieben\b|\bzeitung\w*|\bpresse\b",
        news=r"\bwas (?:\w+ )*(?:passiert\w*|geschehen|geschah|geändert|getan)\b|\bwas (?:ist|gibt es) neu\w*",
        believed=r"\b(?:bekannt|erwartet|geschätzt|vermutet|angenommen|befürchtet)\b",
        to_come=r"\b(?:wird|soll|sollen|geplant|nächste\w*|kommende\w*)\b",
        newest=r"\b(?:neueste[nrsm]?|jüngste[nrsm]?|aktuelle?[nrsm]?|derzeit|zurzeit|bisher|zuletzt|inzwischen)\b",
        oldest=r"\b(?:zunächst|anfangs|ursprünglich|zuerst|erste[nr]? (?=berichte|meldungen|schätzung))",
    ),
    "es": TimeWords(
        words={
            "unit": {
                "días": "days",
                "día": "day",
                "semanas": "weeks",
                "semana": "week",
                "meses": "months",
                "mes": "month",
                "años": "years",
                "año": "year",
                "fin de semana": "weekend",
                "trimestre": "quarter",
            },
            "season": {"primavera": "spring", "verano": "summer", "otoño": "autumn", "invierno": "winter"},
            "few": _few("dos tres cuatro cinco seis siete ocho nueve diez"),
            "nth": {"primer": "first", "segundo": "second", "tercer": "third", "cuarto": "fourth"},
            "month": _months("es"),
            "weekday": _weekdays("lunes,martes,miércoles,jueves,viernes,sábado,domingo"),
            "part": {
                "principios": "early",
                "comienzos": "early",
                "inicios": "early",
                "mediados": "mid",
                "finales": "late",
                "fines": "late",
            },
        },
        spans=(
            (r"anteayer", "day before yesterday"),
            (r"ayer|anoche", "yesterday"),
            (r"(?:el |la )?{unit} antepasad[oa]", "the <unit> before last"),
            (r"(?:los |las )?(?:últim[oa]s|pasad[oa]s) {few} {unit}", "the last <few> <unit>"),
            (r"(?:{part} del? )(?:año pasado)", "<part> last year"),
            (
                r"(?:el |la )?(?:{unit} pasad[oa]|(?:último|última|pasado|pasada) (?P<unit2>semana|mes|año|trimestre))",
                "last <unit>",
            ),
            (r"(?:el |la )?{season} pasad[oa]", "last <season>"),
            (r"este {unit}|esta (?P<unit2>semana)", "this <unit>"),
            (r"hace {few} {unit}", "<few> <unit> ago"),
            (r"hace una? {unit}", "a <unit> ago"),
            (r"(?:el )?fin de semana", "the weekend"),
            (r"(?:el |la )?{season}(?: de)? {year}", "<season> of <year>"),
            (r"(?:en |el |la )(?P<season>primavera|verano|otoño|invierno)", "<season>"),
            (r"(?:el )?{nth} trimestre(?: de)? {year}", "the <nth> quarter of <year>"),
            (r"{part} de {month}(?: de {year})?", "<part> <month> <year>"),
            (r"{part} de {year}", "<part> <year>"),
            (r"(?:los )?años (?:19)?{decade2}", "the 19<decade2>s"),
        ),
        absolute=(r"\d{1,2}/\d{1,2}/\d{4}", r"{day} de {month}(?: de {year})?", r"{month}(?: de {year})?"),
        between=r"(?:entre|desde|del?) (?:el )?(?P<a>{end}) (?:y|al?|hasta)(?: el)? (?P<b>{end})",
        hows=(
            (r"a fecha del?", "as of"),
            (r"desde(?: el| la)?", "since"),
            (r"después del?|tras(?: el| la)?", "after"),
            (r"antes del?(?: la)?", "before"),
            (r"hasta(?: el| la)?", "by"),
            (r"en(?: el| la| los)?|el|durante(?: el| la)?|del?|a", "in"),
        ),
        hows_after=(),
        published=r"\binform(?:ó|aron|ado|ada)\b|\bnoticias?\b|\bartículos?\b|\bpublic(?:ó|aron|ado|ada|ados)\b|\bprensa\b"
        r"|\bperiódicos?\b|\btitulares?\b|\bescribi(?:ó|eron)\b",
        news=r"\bqué (?:ha |han |se )*(?:pasó|pasado|ocurrió|ocurrido|sucedió|sucedido|cambió|cambiado)\b|\bqué hay de nuevo\b",
        believed=r"\bse (?:sab|conoc|cre|tem)ían?\b|\bse (?:esperab|estimab)an?\b|\b(?:conocid|esperad|estimad)[oa]s?\b",
        to_come=r"\b(?:va|van) a\b|\bpróxim[oa]s?\b|\bprevist[oa]s?\b|\b\w{3,}(?:ará|erá|irá|arán|erán|irán)\b",
        newest=r"\bmás recientes?\b|\bactual(?:mente|es)?\b|\bhasta ahora\b|\búltim[oa]s? (?=cifras?|noticias?|datos?|número|balance)",
        oldest=r"\bal principio\b|\binicialmente\b|\bprimer[oa]?s? (?=informes?|noticias?|estimaci)",
    ),
    "fr": TimeWords(
        words={
            "unit": {
                "jours": "days",
                "jour": "day",
                "semaines": "weeks",
                "semaine": "week",
                "mois": "month",
                "années": "years",
                "année": "year",
                "ans": "years",
                "an": "year",
                "week-end": "weekend",
                "trimestre": "quarter",
            },
            "season": {"printemps": "spring", "été": "summer", "automne": "autumn", "hiver": "winter"},
            "few": _few("deux trois quatre cinq six sept huit neuf dix"),
            "nth": {
                "premier": "first",
                "deuxième": "second",
                "second": "second",
                "troisième": "third",
                "quatrième": "fourth",
            },
            "month": _months("fr"),
            "weekday": _weekdays("lundi,mardi,mercredi,jeudi,vendredi,samedi,dimanche"),
            "part": {"début": "early", "mi": "mid", "fin": "late"},
        },
        spans=(
            (r"avant-hier", "day before yesterday"),
            (r"hier(?: soir| matin)?", "yesterday"),
            (r"(?:les |des |ces )?(?:{few} (?:derniers|dernières) {unit})", "the last <few> <unit>"),
            (r"{part} (?:de )?l['’](?:année dernière|an dernier)", "<part> last year"),
            (r"(?:le |la |l['’])?{unit} (?:derni(?:er|ère)|passée?)", "last <unit>"),
            (r"(?:le |l['’])?{season} (?:dernier|passé)", "last <season>"),
            (r"(?:ce|cet|cette) {unit}(?:-ci)?", "this <unit>"),
            (r"cet (?P<season>été|automne|hiver)|ce (?P<season2>printemps)", "this <season>"),
            (r"il y a {few} {unit}", "<few> <unit> ago"),
            (r"il y a une? {unit}", "a <unit> ago"),
            (r"le week-end", "the weekend"),
            (r"(?:l['’])?{season}(?: de)? {year}", "<season> of <year>"),
            (r"(?:en |au |l['’])(?P<season>printemps|été|automne|hiver)", "<season>"),
            (r"(?:le |au )?{nth} trimestre(?: de)? {year}", "the <nth> quarter of <year>"),
            (r"{part}[ -](?:de )?{month}(?: {year})?", "<part> <month> <year>"),
            (r"{part}[ -]{year}", "<part> <year>"),
            (r"(?:les )?années (?:19)?{decade2}", "the 19<decade2>s"),
        ),
        absolute=(r"\d{1,2}/\d{1,2}/\d{4}", r"(?:1er|{day}) {month}(?: {year})?", r"{month}(?: {year})?"),
        between=r"(?:entre|du|de) (?:le )?(?P<a>{end}) (?:et|au|à)(?: le)? (?P<b>{end})",
        hows=(
            (r"à la date du|en date du", "as of"),
            (r"depuis(?: le| la)?", "since"),
            (r"après(?: le| la)?", "after"),
            (r"avant(?: le| la)?", "before"),
            (r"jusqu['’](?:au|en|à)(?: la)?", "by"),
            (r"en|le|au|à|dans|durant|pendant|du|des?|au cours d(?:e|es|u)", "in"),
        ),
        hows_after=(),
        published=r"\brapporté(?:e|es|s)?\b|\barticles?\b|\bnouvelles\b|\bactualités?\b|\bpublié(?:e|es|s)?\b|\bpresse\b"
        r"|\bjournaux\b|\bécri(?:t|vaient)\b|\bsignalé(?:e|es|s)?\b",
        news=r"\bque s['’]est-il passé\b|\bqu['’]est-ce qui (?:s['’]est passé|a changé)\b|\bqu['’]est-il arrivé\b|\bquoi de neuf\b",
        believed=r"\b(?:connu|attendu|estimé|redouté|supposé)(?:e|es|s)?\b",
        to_come=r"\b(?:va|vont|sera|seront|aura|prévu\w*|prochaine?s?)\b",
        newest=r"\bplus récente?s?\b|\bactuel(?:le)?(?:ment)?\b|\bjusqu['’]à présent\b|\bpour l['’]instant\b|\bà ce jour\b"
        r"|\bderni(?:er|ère)s? (?=bilan|chiffres?|nouvelles|informations)",
        oldest=r"\bau départ\b|\binitialement\b|\bpremi(?:er|ère)s? (?=articles|informations|estimations?|bilan)",
    ),
    "zh": TimeWords(
        words={
            "unit": {
                "天": "days",
                "周": "week",
                "星期": "week",
                "个星期": "week",
                "个月": "month",
                "月": "month",
                "年": "year",
                "季度": "quarter",
                "周末": "weekend",
            },
            "season": {
                "春天": "spring",
                "春季": "spring",
                "夏天": "summer",
                "夏季": "summer",
                "秋天": "autumn",
                "秋季": "autumn",
                "冬天": "winter",
                "冬季": "winter",
            },
            "few": _few("两 三 四 五 六 七 八 九 十"),
            "nth": {"第一": "first", "第二": "second", "第三": "third", "第四": "fourth"},
            "month": _months("zh", "一月,二月,三月,四月,五月,六月,七月,八月,九月,十月,十一月,十二月"),
            "weekday": _weekdays("周一,周二,周三,周四,周五,周六,周日,星期一,星期二,星期三,星期四,星期五,星期六,星期日"),
            "part": {"初": "early", "中旬": "mid", "底": "late", "末": "late"},
        },
        spans=(
            (r"前天", "day before yesterday"),
            (r"昨天|昨日|昨晚", "yesterday"),
            (r"前年", "the year before last"),
            (r"上上周", "the week before last"),
            (r"上周末", "last weekend"),
            (r"周末", "the weekend"),
            (r"去年{season}", "<season> of last year"),
            (r"今年{season}", "this <season>"),
            (r"去年年?{part}", "<part> last year"),
            (r"去年{month}", "<month> last year"),
            (r"去年", "last year"),
            (r"今年", "this year"),
            (r"(?:过去|最近|近)(?:的)?{few}{unit}", "the last <few> <unit>"),
            (r"{few}{unit}(?:以)?前", "<few> <unit> ago"),
            (r"一(?:个)?(?P<unit>周|星期|月|年)(?:以)?前", "a <unit> ago"),
            (r"上(?:个)?(?P<unit>周|星期|月|季度)(?![一二三四五六日末])", "last <unit>"),
            (r"(?:本|这|这个)(?P<unit>周|星期|月|季度)(?![一二三四五六日末])", "this <unit>"),
            (r"{year}年(?:的)?{season}", "<season> of <year>"),
            (r"{year}年(?:的)?{nth}季度", "the <nth> quarter of <year>"),
            (r"{year}年{month}{part}", "<part> <month> <year>"),
            (r"{month}{part}", "<part> <month>"),
            (r"{year}年年?{part}", "<part> <year>"),
            (r"{decade}年代", "the <decade>s"),
            (r"(?P<y>\d{4})年{month}{day}[日号]", "<day> <month> <y>"),
            (r"{month}{day}[日号]", "<day> <month>"),
            (r"(?P<y>\d{4})年{month}", "<month> <y>"),
            (r"上?{weekday}", "<weekday>"),
            (r"{year}年", "<year>"),
        ),
        absolute=(r"{month}",),
        between=r"(?:从|在|自)?(?P<a>{end})(?:到|至|和|与)(?P<b>{end})(?:之间|期间|间)?",
        hows=((r"截至|截止", "as of"), (r"自从|自", "since"), (r"在", "in")),
        hows_after=(
            (r"以来|起", "since"),
            (r"之后|以后", "after"),
            (r"之前|以前", "before"),
            (r"为止", "by"),
        ),
        published=r"报道|报导|新闻|文章|发表|刊登|报纸|媒体",
        news=r"发生了?(?:什么|哪些)|有(?:什么|哪些)(?:新|变化|消息)",
        believed=r"已知|据信|预计|估计",
        to_come=r"将|即将|下(?:周|个?月|季)|明年",
        newest=r"最新|目前|迄今|到目前为止|当前",
        oldest=r"最初|起初|最早",
    ),
    "ar": TimeWords(
        words={
            "unit": {
                "أيام": "days",
                "يوم": "day",
                "أسبوعين": "weeks",
                "أسابيع": "weeks",
                "أسبوع": "week",
                "الأسبوع": "week",
                "الشهر": "month",
                "أشهر": "months",
                "شهرين": "months",
                "شهر": "month",
                "العام": "year",
                "السنة": "year",
                "أعوام": "years",
                "سنوات": "years",
                "عام": "year",
                "سنة": "year",
                "الربع": "quarter",
            },
            "season": {
                "الربيع": "spring",
                "ربيع": "spring",
                "الصيف": "summer",
                "صيف": "summer",
                "الخريف": "autumn",
                "خريف": "autumn",
                "الشتاء": "winter",
                "شتاء": "winter",
            },
            "few": _few("اثنين ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة x ثلاث أربع خمس ست سبع ثماني تسع عشر"),
            "nth": {"الأول": "first", "الثاني": "second", "الثالث": "third", "الرابع": "fourth"},
            "month": _months(
                "ar", "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول"
            ),
            "weekday": _weekdays("الاثنين,الثلاثاء,الأربعاء,الخميس,الجمعة,السبت,الأحد"),
            "part": {
                "أوائل": "early",
                "مطلع": "early",
                "بداية": "early",
                "منتصف": "mid",
                "أواخر": "late",
                "نهاية": "late",
            },
        },
        spans=(
            (r"أول (?:من )?أمس", "day before yesterday"),
            (r"أمس|البارحة|الليلة الماضية", "yesterday"),
            (r"(?:الأسبوع|الأسبوعين) الماضيين|الأسبوعين الماضيين", "the last two weeks"),
            (r"(?:عطلة )?نهاية الأسبوع(?: الماضي)?", "last weekend"),
            (r"{part} (?:العام|السنة) الماضي(?:ة)?", "<part> last year"),
            (r"{unit} الماضي(?:ة)?", "last <unit>"),
            (r"{season} الماضي", "last <season>"),
            (r"هذا {unit}|هذه (?P<unit2>السنة)", "this <unit>"),
            (r"قبل أسبوعين", "two weeks ago"),
            (r"قبل شهرين", "two months ago"),
            (r"قبل {few} {unit}", "<few> <unit> ago"),
            (r"قبل (?P<unit>أسبوع|شهر|عام|سنة)", "a <unit> ago"),
            (r"{season}(?: عام)? {year}", "<season> of <year>"),
            (r"الربع {nth}(?: من)?(?: عام)? {year}", "the <nth> quarter of <year>"),
            (r"{part} {month}(?: {year})?", "<part> <month> <year>"),
            (r"{part}(?: عام)? {year}", "<part> <year>"),
            (r"(?:يوم )?{weekday}(?: الماضي)?", "<weekday>"),
        ),
        absolute=(r"{day} {month}(?: {year})?", r"{month}(?: {year})?"),
        between=r"(?:بين|من) (?:يوم )?(?P<a>{end}) (?:و|إلى |حتى )(?:يوم )?(?P<b>{end})",
        hows=(
            (r"حتى تاريخ", "as of"),
            (r"منذ", "since"),
            (r"بعد", "after"),
            (r"قبل", "before"),
            (r"حتى|بحلول", "by"),
            (r"في(?: شهر| عام)?|خلال|يوم|عام", "in"),
        ),
        hows_after=(),
        published=r"تقارير|تقرير|أخبار|خبر|مقالات?|الصحف|صحافة|نشرت?|نُشر|ذكرت?|أفادت?|كتبت?",
        news=r"ماذا (?:حدث|حصل|جرى|تغير)|ما الذي (?:حدث|حصل|تغير)|ما الجديد",
        believed=r"معروف(?:ا|ة)?|متوقع(?:ا|ة)?|يقدر|المتوقع",
        to_come=r"سوف|المقبل(?:ة)?|القادم(?:ة)?|سيتم|سيكون|ستكون|سيفتتح",
        newest=r"أحدث|حاليا|حتى الآن|آخر (?=الأخبار|حصيلة|رقم|تقرير|عدد)",
        oldest=r"في البداية|أول (?=تقرير|تقارير|الأخبار)",
    ),
}
