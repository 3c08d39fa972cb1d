"""The currency table: every currency in circulation under its code, its symbols and its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factwire.errors import VocabularyFault
from factwire.extraction.lexicons import Lexicons, load_lexicons
from factwire.extraction.model import Document
from factwire.extraction.quantities.currencies import CurrencyTable

from .conftest import through

Reader = Callable[..., Document]

IN_CIRCULATION = (
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BHD", "BIF", "BMD", "BND",
    "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUP", "CVE",
    "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD",
    "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY",
    "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD",
    "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO",
    "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF",
    "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SYP", "SZL", "THB", "TJS",
    "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VES", "VND", "VUV", "WST",
    "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
)  # fmt: skip


def _own(folder: Path, table: str, text: str) -> Lexicons:
    path = folder / f"{table}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return load_lexicons(folder)


@pytest.mark.parametrize("code", IN_CIRCULATION)
def test_every_currency_is_read_by_its_code(read: Reader, code: str) -> None:
    assert read(f"The ferry cost {code}1,500 then.").quantities[0].unit.code == code


@pytest.mark.parametrize("code", IN_CIRCULATION)
def test_every_currency_is_read_by_its_full_name(read: Reader, lexicons: Lexicons, code: str) -> None:
    table = CurrencyTable.compile(lexicons)
    name = max((name for name, money in table.names.items() if money.code == code and money.share == 1), key=len)
    assert read(f"The ferry cost 3 million {name} then.").quantities[0].unit.code == code


@pytest.mark.parametrize(
    ("country", "code"), [("AU", "AUD"), ("SG", "SGD"), ("NZ", "NZD"), ("IN", "USD"), (None, "USD")]
)
def test_bare_dollar_is_the_outlets_own(read: Reader, country: str | None, code: str) -> None:
    unit = read("The ferry cost 3 million dollars.", country).quantities[0].unit
    assert (unit.code, unit.assumed) == (code, True)


def test_named_currency_elsewhere_decides_a_bare_noun(read: Reader) -> None:
    document = read("It had 3 million Egyptian pounds and spent 2 million pounds.")
    assert [quantity.unit.code for quantity in document.quantities] == ["EGP", "EGP"]


def test_own_currency_is_a_row(tmp_path: Path) -> None:
    row = '[currency]\nXLM = { nouns = ["lumen"], symbols = ["LX$"] }\n'
    own = through(_own(tmp_path, "quantities/money", row))
    found = own("It cost LX$40 or 3 million lumens.").quantities
    assert [quantity.unit.code for quantity in found] == ["XLM", "XLM"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ('XL = { nouns = ["lumen"] }', "three capitals"),
        ("XLM = { }", "with nouns"),
        ('XLM = { nouns = ["lumen"], colour = ["red"] }', "unknown key 'colour'"),
        ('XLM = { nouns = ["lumen"], symbols = "LX" }', "must be a list"),
    ],
)
def test_bad_row_is_named_with_file_and_line(tmp_path: Path, row: str, fault: str) -> None:
    lexicons = _own(tmp_path, "quantities/money", f"[currency]\n{row}\n")
    with pytest.raises(VocabularyFault, match=fault) as raised:
        CurrencyTable.compile(lexicons)
    assert raised.value.line == 2
    assert raised.value.origin.endswith("money.toml")
