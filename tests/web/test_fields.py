from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError
from werkzeug.exceptions import BadRequest

from app.web.cursors import cut_page, decode_cursor, encode_cursor
from app.web.downloads import send_bytes
from app.web.fields import Id, Instant, Schema, Text, Yuan


class Thing(Schema):
    amount = Yuan(minimum="0.00")
    at = Instant()
    id = Id()
    text = Text(5)


@pytest.mark.parametrize(
    "wrong", ["", "1,000", "1.234", "1e3", "-", 12, 1.5, None, "１２", "12 ", "00", ".5", "-0.01", "9" * 20]
)
def test_only_yuan_with_two_places_is_money(wrong):
    with pytest.raises(ValidationError):
        Thing().load({"amount": wrong})


def test_money_keeps_its_places_both_ways():
    assert Thing().load({"amount": "1234.5"}) == {"amount": Decimal("1234.50")}
    assert Thing().dump({"amount": Decimal("1234.5")}) == {"amount": "1234.50"}


@pytest.mark.parametrize("wrong", [0, -1, 2**63, 1.5, "1", True, None])
def test_an_id_is_a_number_that_a_database_can_hold(wrong):
    with pytest.raises(ValidationError):
        Thing().load({"id": wrong})


@pytest.mark.parametrize("wrong", ["2026-03-02", "2026-03-02T01:00:00", "0001-01-01T00:00:00+14:00", "x", 7])
def test_an_instant_has_a_zone(wrong):
    with pytest.raises(ValidationError):
        Thing().load({"at": wrong})


def test_instants_are_read_in_any_zone():
    assert Thing().load({"at": "2026-03-02T09:00:00+08:00"})["at"] == datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("wrong", ["", "   ", "a\x00b", "123456", 7])
def test_text_is_short_visible_and_not_empty(wrong):
    with pytest.raises(ValidationError):
        Thing().load({"text": wrong})


@given(st.lists(st.one_of(st.integers(-(2**60), 2**60), st.none(), st.text(st.characters(categories=["L", "N"])))))
def test_a_cursor_comes_back_as_it_was(values):
    assert decode_cursor(encode_cursor(values)) == values


@given(st.text(max_size=60))
def test_any_other_text_is_a_bad_cursor_or_plain_values(text):
    try:
        values = decode_cursor(text)
    except BadRequest:
        return
    assert all(value is None or isinstance(value, int | float | str) for value in values)


def test_a_page_says_where_it_ended():
    page = cut_page([1, 2, 3], 2, lambda n: [n])
    assert page["items"] == [1, 2]
    assert decode_cursor(page["next"], int) == [2]
    assert cut_page([1, 2], 2, lambda n: [n])["next"] is None


def test_a_download_has_a_chinese_name_and_no_line_break_in_its_header():
    response = send_bytes(b"x", '名单\r\nX: "1".xlsx', "application/pdf")
    disposition = response.headers["Content-Disposition"]
    assert "\n" not in disposition
    assert "filename*=UTF-8''%E5%90%8D%E5%8D%95" in disposition
