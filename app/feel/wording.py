"""What the words beside a number say of the number itself: 超过 leaves it below, 以上 takes it in (A-GEN-2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

BELOW, ABOVE = "below", "above"  # on which side of the line the number itself counts
BEFORE = {
    "不超过": BELOW, "未超过": BELOW, "不超": BELOW, "未超": BELOW, "不高于": BELOW, "不大于": BELOW, "不多于": BELOW,
    "超过": BELOW, "超出": BELOW, "大于": BELOW, "高于": BELOW, "多于": BELOW, "超": BELOW,
    "不低于": ABOVE, "不少于": ABOVE, "不小于": ABOVE, "至少": ABOVE, "未达到": ABOVE, "达到": ABOVE, "年满": ABOVE,
    "未满": ABOVE, "不满": ABOVE, "不足": ABOVE, "低于": ABOVE, "小于": ABOVE, "少于": ABOVE,
}  # fmt: skip
AFTER = {"以外": BELOW, "以下": BELOW, "以内": BELOW, "以上": ABOVE}
UPWARD = frozenset({"以上", "以外", "超过", "超出", "大于", "高于", "多于", "超", "不低于", "不少于", "不小于", "至少",
                    "达到", "年满"})  # fmt: skip
UNITS = {"万": 10_000, "千": 1_000, "百": 100, "亿": 100_000_000}
DIGITS = "一二三四五六七八九十"
NUMBER = r"(?P<number>\d[\d,，]*(?:\.\d+)?|[一二三四五六七八九十两]{1,3})(?P<unit>[万千百亿]?)(?P<rate>[%％]?)"
MEASURE = r"(?:元|周岁|岁|个月|天|日|年|人|次|户|倍)?"
WORDS = "|".join(sorted(BEFORE, key=lambda word: (-len(word), word)))
NOTE = r"(?:[（(](?P<{}>不?含[^）)]*)[）)])?"
SAID = re.compile(
    rf"{NUMBER}{MEASURE}{NOTE.format('note')}(?:及)?(?P<after>以上|以下|以内|以外)?{NOTE.format('later')}(?P<part>的?部分)?"
)
LEADING = re.compile(rf"(?P<word>{WORDS})(?P<between>[^\d，,。；;：:、（）()『』「」“”]{{0,12}})$")
TURNED = re.compile("[按给由至到]|部分|补助|报销|救助|支付")  # the word before no longer speaks of the number
LOOSE = frozenset({"达到", "未达到", "不足", "至少"})  # beside a number they are exact, elsewhere they are not meant so
BARE_WORDS = "|".join(sorted(BEFORE.keys() - LOOSE, key=lambda word: (-len(word), word)))
BARE = re.compile(rf"(?P<word>{BARE_WORDS}|以上|以下|以内|以外)")


@dataclass(frozen=True)
class Said:
    """One place where a text puts a word beside a number. `values` are what the number may mean (10% is 10 or 0.1)."""

    quote: str
    side: str
    values: tuple[Decimal, ...]


def numbers_said(text: str) -> Iterator[Said]:
    """What a text says of numbers; left out where it speaks of the part above, which pays nothing at the line."""
    text = "".join(text.split())
    for found in SAID.finditer(text):
        leading = LEADING.search(text[: found.start()])
        before = leading["word"] if leading and not TURNED.search(leading["between"]) else None
        sides = {BEFORE[before]} if before else set()
        sides |= {AFTER[found["after"]]} if found["after"] else set()
        if found["part"] or len(sides) != 1:
            continue
        word = before or found["after"]
        quote = (leading[0] if leading and before else "") + found[0]
        yield Said(quote, _noted(found["note"] or found["later"], word, *sides), _values(found))


def _noted(note: str | None, word: str, side: str) -> str:
    """`（含14周岁）` takes the number in, `（不含）` leaves it out, whichever way the word goes."""
    if note is None:
        return side
    inside = not note.startswith("不含")
    return ABOVE if (word in UPWARD) == inside else BELOW


def _values(found: re.Match[str]) -> tuple[Decimal, ...]:
    number = _number(re.sub("[,，]", "", found["number"])) * UNITS.get(found["unit"], 1)
    return (number, number / 100) if found["rate"] else (number,)


def _number(text: str) -> Decimal:
    """Digits, or a numeral up to 九十九."""
    if text[0].isdigit():
        return Decimal(text)
    tens, mark, ones = text.replace("两", "二").rpartition("十")
    ten = (DIGITS.find(tens[-1:]) + 1 if tens else 1) if mark else 0
    return Decimal(10 * ten + (DIGITS.find(ones[-1:]) + 1 if ones else 0))


def sides_said(text: str) -> set[str]:
    """The sides that all words of a text name, numbers or not; `超过…以上` and `…部分` name none."""
    text = "".join(text.split())
    if "部分" in text or re.search(rf"(?:{BARE_WORDS})[^，。；]*以[上下]", text):
        return set()
    return {BEFORE.get(found["word"]) or AFTER[found["word"]] for found in BARE.finditer(text)}
