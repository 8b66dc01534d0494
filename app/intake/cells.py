"""One cell read as what it should be: an ID number, an amount, a date, a word; or the fault and what to do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from app.kernel.idnumbers import normalise_id_number
from app.kernel.money import FEN


@dataclass(frozen=True)
class Broken:
    """A cell whose value cannot be trusted: an Excel error, or a formula where only values are taken."""

    code: str
    message: str


Cell = str | Decimal | date | bool | Broken | None


class CellFault(Exception):
    """Why a cell was refused; `message` is Chinese and never repeats an ID number or account."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(code)


LARGEST = Decimal("99999999.99")  # no bill, aid or sum of one person comes near a hundred million yuan
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SPACES = re.compile(r"[\s\u200b\ufeff]+")
_SCIENTIFIC = re.compile(r"[+-]?\d(\.\d+)?[Ee]\+?\d+\Z", re.ASCII)
_AMOUNT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?\Z", re.ASCII)
_DAY = re.compile(r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?\Z", re.ASCII)
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})\Z", re.ASCII)
_CLOCK_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\Z", re.ASCII)
_SERIALS = (Decimal(32874), Decimal(73050))  # 1990-01-01 to 2099-12-31 as Excel counts days
_ACCOUNT = re.compile(r"\d{8,30}\Z", re.ASCII)
_PHONE = re.compile(r"(1\d{10}|0\d{2,3}-?\d{7,8}|\d{7,8})\Z", re.ASCII)


def is_blank(value: Cell) -> bool:
    """Nothing, or only spaces."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_text(value: Cell, longest: int = 100) -> str | None:
    """Words without outer spaces; whole numbers as their digits; None when blank. Raises CellFault."""
    if isinstance(value, Broken):
        raise CellFault(value.code, value.message)
    if value is None:
        return None
    if isinstance(value, Decimal):
        value = f"{value.normalize():f}"
    text = unicodedata.normalize("NFC", str(value)).strip("\u200b\ufeff \t\r\n\u3000\xa0")
    if len(text) > longest:
        raise CellFault("text_too_long", f"内容过长，最多{longest}个字")
    if _CONTROL.search(text):
        raise CellFault("control_character", "含有换行或不可见字符，请删除")
    return text or None


def read_id_number(value: Cell) -> str:
    """The 18-place number. Raises CellFault that says why it is none."""
    if isinstance(value, Broken):
        raise CellFault(value.code, value.message)
    if isinstance(value, (Decimal, date, bool)):
        raise CellFault(
            "id_as_number",
            "身份证号被存成了数字，末几位可能已丢失：请把该列设为“文本”格式后重新录入原号码",
        )
    text = compact(value)
    if not text:
        raise CellFault("id_missing", "缺少身份证号")
    number = normalise_id_number(text)
    if number is None:
        raise CellFault(*_why_no_id_number(text))
    return number


def _why_no_id_number(text: str) -> tuple[str, str]:
    if "*" in text or "＊" in text:
        return "id_masked", "身份证号已脱敏，无法匹配：请使用完整号码"
    if _SCIENTIFIC.match(text):
        return "id_as_number", "身份证号成了科学计数，末几位已丢失：请把该列设为“文本”格式后重新录入原号码"
    if len(text) not in (15, 18):
        return "id_length", f"身份证号应为18位，此处为{len(text)}位"
    return "id_invalid", "身份证号校验不通过（出生日期或末位校验码不对），请核对原件"


def read_amount(value: Cell, *, negative: bool = False) -> Decimal | None:
    """Yuan with at most two places; None when blank. Text with ¥, 元 and thousands commas is understood."""
    if isinstance(value, Broken):
        raise CellFault(value.code, value.message)
    if value is None:
        return None
    amount = value if isinstance(value, Decimal) else _parse_amount(value)
    if amount is None:
        return None
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise CellFault("amount_too_large", "金额过大，请核对单位是否为元")
    if amount != amount.quantize(FEN):
        raise CellFault("amount_decimals", "金额最多两位小数，请四舍五入后填写")
    if amount < 0 and not negative:
        raise CellFault("amount_negative", "金额不能为负数")
    return amount.quantize(FEN) + 0


def _parse_amount(value: object) -> Decimal | None:
    if not isinstance(value, str):
        raise CellFault("not_an_amount", "此处应为金额（元），例如 1234.50")
    text = compact(value)
    if not text:
        return None
    text = text.removeprefix("¥").removeprefix("￥").removesuffix("元")
    if _SCIENTIFIC.match(text):
        raise CellFault("amount_scientific", "请不要用科学计数，填写完整金额，例如 1234.50")
    if not _AMOUNT.match(text):
        raise CellFault("not_an_amount", "此处应为金额（元），例如 1234.50")
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:  # more digits than Decimal takes
        raise CellFault("amount_too_large", "金额过大，请核对单位是否为元") from error


def read_date(value: Cell) -> date | None:
    """A day; None when blank. Dates, Excel's day counts in numeric cells and the usual ways to write one."""
    if isinstance(value, Broken):
        raise CellFault(value.code, value.message)
    if value is None or isinstance(value, (date, Decimal)):
        found = value if not isinstance(value, Decimal) else _from_serial(value)
    else:
        found = _parse_date(value)
    found = found.date() if isinstance(found, datetime) else found
    if found is not None and not 1900 <= found.year <= 2100:  # noqa: PLR2004 lives and bills of our time
        raise CellFault("date_out_of_range", "日期年份不合理，应在1900至2100年之间")
    return found


def _from_serial(serial: Decimal) -> date:
    if not _SERIALS[0] <= serial <= _SERIALS[1] or serial != serial.to_integral_value():
        compact_day = _COMPACT_DAY.match(f"{serial:f}")
        if compact_day:
            return _day(*compact_day.groups())
        raise CellFault("not_a_date", "此处应为日期，例如 2025-01-31")
    return date(1899, 12, 30) + timedelta(days=int(serial))


def _parse_date(value: object) -> date | None:
    text = _CLOCK_TIME.sub("", unicodedata.normalize("NFKC", str(value)).strip())
    text = _SPACES.sub("", text)
    if not text:
        return None
    matched = _DAY.match(text) or _COMPACT_DAY.match(text)
    if matched is None:
        raise CellFault("not_a_date", "此处应为日期，例如 2025-01-31")
    return _day(*matched.groups())


def _day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise CellFault("no_such_day", "没有这一天，请核对年月日") from error


def read_account(value: Cell) -> str | None:
    """Bank digits; None when blank."""
    if isinstance(value, (Decimal, date, bool)):
        raise CellFault("account_as_number", "账号被存成了数字，末几位可能已丢失：请把该列设为“文本”格式后重新录入")
    text = compact(read_text(value)).replace("-", "")
    if not text:
        return None
    if _SCIENTIFIC.match(text):
        raise CellFault("account_as_number", "账号成了科学计数，末几位已丢失：请把该列设为“文本”格式后重新录入")
    if not _ACCOUNT.match(text):
        raise CellFault("account_invalid", "账号应为8至30位数字")
    return text


def read_phone(value: Cell) -> str | None:
    """A telephone number; None when blank."""
    text = compact(read_text(value))
    if text and not _PHONE.match(text):
        raise CellFault("phone_invalid", "联系电话应为11位手机号或固定电话")
    return text or None


def read_choice(value: Cell, choices: Mapping[str, str]) -> str | None:
    """The id behind one of the words; None when blank."""
    text = compact(read_text(value))
    if not text:
        return None
    if text not in choices:
        words = list(dict.fromkeys(choices))
        raise CellFault("not_a_choice", f"没有“{text[:20]}”这一项，可填：{'、'.join(words[:12])}")
    return choices[text]


def compact(value: object) -> str:
    """Half-width, without any space: how digits and codes are compared; an empty cell is the empty text."""
    text = "" if value is None else str(value)
    return _SPACES.sub("", text if text.isascii() else unicodedata.normalize("NFKC", text))


CellReader = Callable[[Cell], object]
