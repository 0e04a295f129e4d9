"""Amounts of money: `€ 1.234,50`, `CHF 1'234.50`, `1 234,50 EUR` → cents and the currency that the cell names.

A currency is a code of ISO 4217 or its sign; anything else beside a number is refused, never guessed.
"""

from __future__ import annotations

import re

from handlers.door.values import Unsettled, Wrong, short
from storage.base.folding import plain_signs

_CODES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL
    HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON
    RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH
    UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
_ISO = frozenset(_CODES.split())
_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD")
_SIGNS = {
    "$": _DOLLARS,
    "¥": ("JPY", "CNY"),
    "£": ("GBP",),
    **dict.fromkeys(("US$", "U$", "$US"), ("USD",)),
    **dict.fromkeys(("C$", "CA$", "CAN$"), ("CAD",)),
    **dict.fromkeys(("A$", "AU$"), ("AUD",)),
    **dict.fromkeys(("€", "EURO", "EUROS"), ("EUR",)),
    "NZ$": ("NZD",),
    "S$": ("SGD",),
    "HK$": ("HKD",),
    "MX$": ("MXN",),
    "R$": ("BRL",),
    "NT$": ("TWD",),
    "₹": ("INR",),
    "₩": ("KRW",),
    "₪": ("ILS",),
    "₺": ("TRY",),
    "₽": ("RUB",),
    "₴": ("UAH",),
    "฿": ("THB",),
    "₫": ("VND",),
    "₱": ("PHP",),
    "₦": ("NGN",),
    "ZŁ": ("PLN",),
    "KČ": ("CZK",),
    "FT": ("HUF",),
}
_SEVERAL = {"KR": ("SEK", "NOK", "DKK", "ISK")}
"""Signs that say too little unless one of these is the policy's own currency."""

_MOST_DIGITS = 40  # and marks; Python itself refuses to read thousands
_MOST_CENTS = 10**15
_AMOUNT = re.compile(r"(?P<before>\D*?)(?P<number>[.,]?\d(?:[\d.,' ]*\d)?)(?P<after>\D*)")
_BARE = re.compile(r"[0-9.,]+")
_NEGATIVE = re.compile(r"[-(]")
_LAKHS = re.compile(r"\d{1,2}(?:,\d\d)+,\d{3}")  # `1,23,456`, as in India
_NO_CENTS = re.compile(r"(\d)[.,] ?-+(?!\d)")  # `1.234,-`
_DOTTED = ((re.compile(r"\bs?fr\. ?", re.IGNORECASE), "CHF "), (re.compile(r"\brs\. ?", re.IGNORECASE), "INR "))


def currency(text: str) -> str:
    """A code of ISO 4217."""
    code = text.upper()
    if code not in _ISO:
        raise Wrong(f"'{short(text)}' is no currency of ISO 4217 such as USD")
    return code


def is_currency(sign: str) -> bool:
    """Whether a sign or a code is one of a currency."""
    return sign in _ISO or sign.upper() in _SIGNS


def money(text: str, home: str, mark: str) -> tuple[int, str | None]:
    """An amount in cents, and the currency if the cell names one. `home` is the policy's currency.

    `mark` is the decimal mark where it is settled ('.' or ','), else ''. Raises Unsettled for `1,234` without one.
    """
    plain = _plain(text)
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        raise Wrong(f"'{short(text)}' is not an amount such as 1234.50")
    code = _currency_of(f"{found['before']} {found['after']}", home, text)
    if _NEGATIVE.search(plain):
        raise Wrong(f"'{short(text)}' is negative")
    number = re.sub("[ ']", "", found["number"])
    if len(number) > _MOST_DIGITS:
        raise Wrong(f"'{short(text)}' is too large to be meant")
    cents = _cents(number, _mark_in(number) or mark, text)
    if cents > _MOST_CENTS:
        raise Wrong(f"'{short(text)}' is too large to be meant")
    return cents, code


def decimal_mark(number: str) -> str:
    """The decimal mark that an amount gives away: '.' or ',' (also where only the other groups thousands), else ''.

    `1,234` and `1.234` give nothing away; `1234` does not either.
    """
    found = _AMOUNT.fullmatch(_plain(number))
    return _mark_in(re.sub("[ ']", "", found["number"])) if found else ""


def _mark_in(digits: str) -> str:
    marks = [char for char in digits if char in ".,"]
    if not marks:
        return ""
    last = marks[-1]
    other = "." if last == "," else ","
    if other in marks:
        return last
    if len(marks) > 1:
        return other
    whole, _, rest = digits.partition(last)
    is_group = len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0"  # noqa: PLR2004 - digits of a group
    return "" if is_group else last


def _plain(text: str) -> str:
    """The amount with plain signs, one kind of space, and no `,-` for "no cents"."""
    if _BARE.fullmatch(text):  # as most cells of a file are
        return text
    plain = re.sub(r"\s", " ", plain_signs(text)).strip()
    for dotted, code in _DOTTED:
        plain = dotted.sub(code, plain)
    return _NO_CENTS.sub(r"\1", plain)


def _cents(number: str, mark: str, text: str) -> int:
    if not mark and ("," in number or "." in number):
        separator = "," if "," in number else "."
        whole, _, rest = number.partition(separator)
        raise Unsettled(
            f"'{short(text)}' can be read as {whole}{rest} or as {whole}.{rest}: write it without the separator,"
            " or set decimal_mark in the policy"
        )
    whole, _, rest = number.partition(mark) if mark else (number, "", "")
    thousands = "," if mark == "." else "."
    groups = whole.split(thousands)
    in_lakhs = thousands == "," and _LAKHS.fullmatch(whole)
    if len(groups) > 1 and not in_lakhs and (not 1 <= len(groups[0]) <= 3 or any(len(g) != 3 for g in groups[1:])):  # noqa: PLR2004
        raise Wrong(f"'{short(text)}' is not an amount: the separators don't add up")
    rest = rest.rstrip("0")
    if len(rest) > 2 or (not rest.isdigit() and rest):  # noqa: PLR2004 - cents
        raise Wrong(f"'{short(text)}' is not an amount with at most two decimals")
    return int("".join(groups) or "0") * 100 + int(rest.ljust(2, "0") or "0")


def _currency_of(words: str, home: str, text: str) -> str | None:
    """The currency that the words around a number name; each of them must name the same."""
    left: tuple[str, ...] | None = None
    for word in re.sub(r"[-()+]", " ", words).upper().split():
        codes = (word,) if word in _ISO else _SIGNS.get(word, ())
        several = _SEVERAL.get(word.rstrip("."), ())
        if not codes and home in several:
            codes = (home,)
        if not codes:
            why = f"'{short(word)}' may be {', '.join(several)}" if several else f"'{short(word)}' is no currency"
            how = "write it out, as 1500000, with a code of ISO 4217 such as EUR"
            raise Wrong(f"'{short(text)}' is not an amount: {why}; {how}")
        left = codes if left is None else tuple(code for code in left if code in codes)
        if not left:
            raise Wrong(f"'{short(text)}' names two currencies")
    return None if left is None else home if home in left else left[0]
