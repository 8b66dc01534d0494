"""Invented names and identity numbers with valid check digits; nobody in here exists."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from app.kernel.idnumbers import check_digit

COUNTY_CODE = "330683"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_FIRST = "建国志文德永秀玉美桂春金银水木小大荣华富贵兰梅菊芳英彩云月红素爱巧雅晓思雨欣子宇浩梓俊"
_SECOND = "平军强明华林生根土法昌良忠祥福泉清江海峰芬珍娟琴仙娥妹凤莲香娣花萍燕霞静怡涵轩杰辰"


def draw_name(random: Random, *, female: bool) -> str:
    """Two or three characters; the last leans to one sex as names do."""
    half = len(_SECOND) // 2
    last = random.choice(_SECOND[half:] if female else _SECOND[:half])
    middle = random.choice(_FIRST) if random.random() < 0.8 else ""
    return random.choice(_SURNAMES) + middle + last


class Numbers:
    """Draws identity numbers and bank accounts without repeating one."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._used: set[str] = set()

    def id_number(self, born: date, *, female: bool) -> str:
        """18 places; the 17th is even for women, and a taken number gives way to the next day's."""
        while True:
            serial = self._random.randrange(0, 500) * 2 + (0 if female else 1)
            first17 = f"{COUNTY_CODE}{born:%Y%m%d}{serial:03d}"
            if first17 not in self._used:
                self._used.add(first17)
                return first17 + check_digit(first17)
            born += timedelta(days=1)

    def account(self) -> str:
        """A 19-place account with an unused issuer prefix."""
        while True:
            account = "990683" + f"{self._random.randrange(10**13):013d}"
            if account not in self._used:
                self._used.add(account)
                return account


def draw_birth(random: Random, today: date) -> date:
    """Older people fall ill more often: two thirds are over fifty."""
    years = random.choice((random.randint(50, 92), random.randint(50, 92), random.randint(1, 75)))
    return today.replace(month=1, day=1) - timedelta(days=365 * years + random.randrange(365))
