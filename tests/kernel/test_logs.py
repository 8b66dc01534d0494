"""Logs keep numbers and rows to themselves."""

import logging

from app.kernel.logs import QuietFormatter


def written(message, error=None):
    info = (type(error), error, None) if error else None
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, message, None, info)
    return QuietFormatter("%(message)s").format(record)


def test_an_id_number_keeps_its_last_four_places():
    assert written("person 330683196405060786X done") == "person ****786X done"


def test_an_account_in_an_exception_is_masked_too():
    text = written("failed", ValueError("account 6217000000000001"))
    assert "6217" not in text
    assert "****0001" in text


def test_the_row_that_postgresql_quotes_is_dropped():
    text = written("failed", ValueError("new row violates\nDETAIL:  Failing row contains (1, 王小明, null).\n[SQL: x]"))
    assert "王小明" not in text
    assert "[SQL: x]" in text


def test_short_numbers_stay_readable():
    assert written("round 12 of 2026, 1573456") == "round 12 of 2026, 1573456"
