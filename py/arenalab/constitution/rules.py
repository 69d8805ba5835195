"""Exact rules for what has a form: keys, tokens, card and account numbers.

Each rule finds one kind and describes it without repeating it. Numbers that publishers print as
samples, and placeholders, are not secrets. Nothing is looked up: a number that passes its checksum
may still belong to nobody.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

Rule = Callable[[str], str | None]

PRIVATE_KEY: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----\s+(?:[A-Za-z-]+: [^\n]*\n)*[A-Za-z0-9+/=\s]{40}"
)
# Prefixes that issuers document, so that secrets can be found.
API_KEY: Final = re.compile(
    r"\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}"
    r"|AIza[\w-]{35}"
    r"|sk-(?:proj-|ant-|or-)?[\w-]{20,}"
    r"|[sr]k_live_[0-9A-Za-z]{16,}"
    r"|gh[opusr]_[0-9A-Za-z]{36}"
    r"|github_pat_\w{50,}"
    r"|glpat-[\w-]{20}"
    r"|xox[abprs]-[\w-]{10,}"
    r"|npm_[0-9A-Za-z]{36}"
    r"|pypi-AgE[\w-]{50,}"
    r"|hf_[0-9A-Za-z]{30,}"
    r"|SG\.[\w-]{22}\.[\w-]{43})"
)
# A JSON Web Token (RFC 7519): two parts that begin as base64 of '{"', and a signature.
TOKEN: Final = re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}")
PASSWORD: Final = re.compile(
    r"\b(?:password|passcode|passwd|pwd|pin)\s*(?:is|=|:)\s*[\"']?"
    r"(?=[^\s\"']*\d)([^\s\"'<>{}()$]{4,})",
    re.IGNORECASE,
)
DIGITS: Final = re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)")
IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")
SSN: Final = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")

# Issuer prefixes and lengths (ISO/IEC 7812): American Express, Diners, Discover, JCB, Mastercard,
# UnionPay, Visa.
CARD: Final = re.compile(
    r"3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|4[4-9]\d|5\d\d)\d{12}|35\d{14}"
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|62\d{14,17}"
    r"|4\d{12}(?:\d{3}){0,2}"
)
# Lengths by country, from the IBAN registry of SWIFT; other countries' are not checked.
IBAN_LENGTHS: Final[Mapping[str, int]] = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "BR": 29, "CH": 21, "CY": 28, "CZ": 24,
    "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21,
    "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21,
    "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SA": 24, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29,
}  # fmt: skip
SAMPLES: Final = frozenset(
    [
        # Card numbers that payment services publish for tests.
        "4242424242424242", "4000056655665556", "5555555555554444", "2223003122003222",
        "5200828282828210", "5105105105105100", "378282246310005", "371449635398431",
        "6011111111111117", "6011000990139424", "3056930009020004", "36227206271667",
        "30569309025904", "38520000023237", "3566002020360505", "3530111333300000",
        "6200000000000005", "4111111111111111", "4012888888881881", "4222222222222",
        "4000000000000002", "4000000000000077",
        # Sample account numbers of the IBAN registry and of Wikipedia.
        "DE89370400440532013000", "GB29NWBK60161331926819", "GB82WEST12345698765432",
        "FR1420041010050500013M02606", "CH9300762011623852957", "NL91ABNA0417164300",
        "ES9121000418450200051332", "IT60X0542811101000000123456", "AT611904300234573201",
        "BE68539007547034", "PL61109010140000071219812874", "SE4550000000058398257466",
        # Social security numbers that were printed in advertisements, or are counted up.
        "078-05-1120", "219-09-9999", "123-45-6789",
    ]
)  # fmt: skip


def first_match(names: Iterable[str], text: str) -> str | None:
    """Return what the first of the rules `names` finds in `text`, described, or None."""
    return next((found for name in names if (found := RULES[name](text))), None)


def private_key(text: str) -> str | None:
    """Find a private key in PEM form (RFC 7468) or PGP's."""
    return "a private key" if PRIVATE_KEY.search(text) else None


def api_key(text: str) -> str | None:
    """Find a key of a service that marks its keys."""
    return _described(API_KEY, text, "an API key that begins with")


def token(text: str) -> str | None:
    """Find a JSON Web Token."""
    return _described(TOKEN, text, "an access token that begins with")


def password(text: str) -> str | None:
    """Find a password or PIN that is told, one with a digit in it."""
    return "a password or PIN" if PASSWORD.search(text) else None


def card(text: str) -> str | None:
    """Find a payment card number: an issuer's prefix and length, and the Luhn digit."""
    for digits in _compact(DIGITS, text):
        if CARD.fullmatch(digits) and luhn(digits) and len(set(digits)) > 2:
            return f"a card number that ends in {digits[-4:]}"
    return None


def iban(text: str) -> str | None:
    """Find an account number by ISO 13616: its country's length, and 1 modulo 97."""
    for written in _compact(IBAN, text):
        length = IBAN_LENGTHS.get(written[:2], 0)
        # Without a space to end it, the pattern runs on into capitals that follow.
        number = written[:length]
        if len(number) == length > 0 and number not in SAMPLES and mod97(number) == 1:
            return f"an account number (IBAN) that ends in {number[-4:]}"
    return None


def ssn(text: str) -> str | None:
    """Find a US social security number, written with hyphens, of a range that is given out."""
    number = next(_compact(SSN, text, drop=""), None)
    return f"a social security number that ends in {number[-4:]}" if number else None


RULES: Final[Mapping[str, Rule]] = {
    "private-key": private_key,
    "api-key": api_key,
    "token": token,
    "password": password,
    "card": card,
    "iban": iban,
    "ssn": ssn,
}


def luhn(digits: str) -> bool:
    """Whether the last digit is right (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)
    return total % 10 == 0


def mod97(number: str) -> int:
    """Return an account number modulo 97 as ISO 7064 counts it: 1 where it is right."""
    return int("".join(str(int(letter, 36)) for letter in number[4:] + number[:4])) % 97


def _compact(pattern: re.Pattern[str], text: str, drop: str = " -") -> Iterator[str]:
    """Yield what `pattern` finds, without separators, but for published samples."""
    for found in pattern.finditer(text):
        written = "".join(c for c in found[0] if c not in drop)
        if written not in SAMPLES:
            yield written


def _described(pattern: re.Pattern[str], text: str, what: str) -> str | None:
    """Placeholders (`sk-xxxxxxxx`, `AKIAIOSFODNN7EXAMPLE`) repeat themselves or say so."""
    for found in pattern.finditer(text):
        if len(set(found[0][4:].casefold())) > 7 and "EXAMPLE" not in found[0].upper():
            return f"{what} {found[0][:4]}"
    return None
