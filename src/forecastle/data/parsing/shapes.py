"""Ways of writing a moment."""

from collections.abc import Mapping

MONTHS: Mapping[int, str] = {
    1: "january januar janeiro enero janvier gennaio januari jan ene janv gen ene. jan. janv.",
    2: "february februar fevereiro febrero février fevrier febbraio februari feb fev févr fevr feb.",
    3: "march märz maerz março marco marzo mars maart mar mär mrz mrt mar.",
    4: "april abril avril aprile apr abr avr apr. abr.",
    5: "may mai maio mayo maggio mei mag",
    6: "june juni junho junio juin giugno jun giu jun.",
    7: "july juli julho julio juillet luglio jul juil lug jul.",
    8: "august agosto août aout augustus aug ago aoû aug. ago.",
    9: "september setembro septiembre septembre settembre sep set sept sep. set.",
    10: "october oktober outubro octubre octobre ottobre oct okt out ott oct. okt.",
    11: "november novembro noviembre novembre nov nov.",
    12: "december dezember dezembro diciembre décembre decembre dicembre dec dez dic déc dec. dez.",
}
"""Month names and their short forms in English, German, Portuguese, Spanish, French, Italian and Dutch."""

WORDS = sorted({name for names in MONTHS.values() for name in names.split()}, key=lambda name: (-len(name), name))
NAMES = "|".join(name.replace(".", r"\.") for name in WORDS)

CLOCK = (
    r"(?:[t ,]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d+))?)? ?(?P<half>[ap]\.?m\.?)?"
    r" ?(?P<zone>z|utc|gmt|[+-]\d{2}(?::?\d{2})?)?)?"
)
SHORT = r"(?:[-/. ]?w|[-/ ]*wk|[-/ ]*week|[-/ ]*kw|[-/ ]*sem(?:ana)?)"

SHAPES = {
    "year-month-day": rf"^(?P<y>\d{{4}})[-/. ](?P<m>\d{{1,2}})[-/. ](?P<d>\d{{1,2}}){CLOCK}$",
    "day/month/year": rf"^(?P<a>\d{{1,2}})[-/. ](?P<b>\d{{1,2}})[-/. ](?P<y>\d{{4}}|\d{{2}}){CLOCK}$",
    "yyyymmdd": r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"
    r"(?:[t ]?(?P<H>\d{2}):?(?P<M>\d{2}):?(?P<S>\d{2})?(?P<zone>z)?)?$",
    "yyyymm": r"^(?P<y>\d{4})(?P<m>\d{2})$",
    "year-month": r"^(?P<y>\d{4})(?:[-/. ]m?|m)(?P<m>\d{1,2})$",
    "month/year": r"^(?P<m>\d{1,2})[-/. ](?P<y>\d{4})$",
    "year week": rf"^(?P<y>\d{{4}}){SHORT}[-/ ]*(?P<w>\d{{1,2}})(?:-(?P<wd>[1-7]))?$",
    "week year": r"^(?:w|wk|week|kw|sem(?:ana)?)[-/ ]*(?P<w>\d{1,2})[-/ ]+(?P<y>\d{4})$",
    "year quarter": r"^(?P<y>\d{4})[-/ ]*[qt](?P<q>[1-4])$",
    "quarter year": r"^[qt](?P<q>[1-4])[-/ ]*(?P<y>\d{4})$",
    "day month-name year": rf"^(?:\pL+\.?,? )?(?P<d>\d{{1,2}})\.?[-/ ]?(?:de )?(?P<name>{NAMES})[-/ ,]*(?:de )?"
    rf"(?P<y>\d{{4}}|\d{{2}}){CLOCK}$",
    "month-name day, year": rf"^(?:\pL+,? )?(?P<name>{NAMES})[-/ ]?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? "
    rf"(?P<y>\d{{4}}){CLOCK}$",
    "month-name year": rf"^(?P<name>{NAMES})[-/ ,'’]*(?:de )?(?P<y>\d{{4}}|\d{{2}})$",
    "year month-name": rf"^(?P<y>\d{{4}})[-/ ]*(?P<name>{NAMES})$",
    "year": r"^(?P<y>\d{4})$",
}
"""Ways of writing a moment. Groups: y, m (or `name`), d, or a and b where day and month can stand either way round;
w and wd (ISO week and weekday), q (quarter), and the clock: H, M, S, f (fraction), half (am, pm), zone."""

DOTTED = r"^\s*\d{1,2}\.\d{1,2}\."

GROUPS = ("y", "m", "d", "a", "b", "name", "w", "wd", "q", "H", "M", "S", "f", "half", "zone")
