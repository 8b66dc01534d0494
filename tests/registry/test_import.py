"""A people table is taken over whole: new people come, known people change, and nobody is doubled."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from app.registry.categories import categories_in_year, spans_of
from app.registry.models import Household, Person
from app.registry.payees import active_payee, full_account, pending_payee
from app.registry.people import find_person_by_id_number
from tests.intake.tables import (
    PEOPLE_HEADERS,
    county,
    engine,
    id_number,
    import_file,
    person,
    settings,
    to_csv,
    to_xlsx,
)

__all__ = ["county", "engine", "import_file", "settings"]


def test_new_people_come_with_category_household_and_account(database, import_file):
    rows = [
        person(1, 户主身份证号=id_number(1)), person(2, 户主身份证号=id_number(1), 一卡通账号="", 开户行=""),
        person(1, 人员类别="残疾人", 认定日期="2020-05-01", 失效日期="2024-12-31"),
    ]  # fmt: skip
    ended = import_file("people", to_xlsx(PEOPLE_HEADERS, *rows))
    assert (ended.run.state, ended.run.result) == (
        "done",
        {"rows": 3, "people_added": 2, "people_known": 0, "spans_added": 3, "accounts_proposed": 0},
    )
    with database.reading() as session:
        first, second = (find_person_by_id_number(session, id_number(n)) for n in (1, 2))
        assert first.household_id == second.household_id
        assert session.get(Household, first.household_id).head_person_id == first.id
        assert categories_in_year(session, 2025) == {first.id: {"db"}, second.id: {"db"}}
        assert full_account(session, active_payee(session, first.id)) == "6217000000000001"
        assert (active_payee(session, second.id), first.insured) == (None, "resident")


def test_the_same_table_twice_changes_nothing(database, import_file):
    content = to_csv(PEOPLE_HEADERS, person(1), person(2))
    import_file("people", content, "a.csv")
    again = import_file("people", content, "a.csv")
    assert again.run.result == {
        "rows": 2, "people_added": 0, "people_known": 2, "spans_added": 0, "accounts_proposed": 0,
    }  # fmt: skip
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 2


def test_a_known_person_is_changed_and_empty_cells_change_nothing(database, import_file):
    import_file("people", to_csv(PEOPLE_HEADERS, person(1)), "a.csv")
    blank = {"姓名": "测试1", "居住地区代码": "33068300200101", "联系电话": "", "参保": "职工", "认定地区代码": "",
             "一卡通账号": "", "开户行": "", "失效日期": "2026-01-31"}  # fmt: skip
    ended = import_file("people", to_csv(PEOPLE_HEADERS, person(1, **blank)), "a.csv")
    assert ended.run.state == "done"
    with database.reading() as session:
        found = find_person_by_id_number(session, id_number(1))
        (span,) = spans_of(session, found.id)
        assert (found.phone_masked, found.insured, span.valid_to) == ("138****0001", "employee", date(2026, 1, 31))
        assert found.recognising_area_id != found.residence_area_id


def test_a_changed_name_is_taken_over_with_a_warning(database, import_file):
    import_file("people", to_csv(PEOPLE_HEADERS, person(1)), "a.csv")
    ended = import_file("people", to_csv(PEOPLE_HEADERS, person(1, 姓名="新名")), "a.csv")
    assert (ended.run.state, ended.codes, ended.faults[0].severity) == ("done", {"name_changed"}, "warning")
    with database.reading() as session:
        assert find_person_by_id_number(session, id_number(1)).name == "新名"


def test_another_account_waits_for_a_second_person(database, import_file):
    import_file("people", to_csv(PEOPLE_HEADERS, person(1)), "a.csv")
    ended = import_file("people", to_csv(PEOPLE_HEADERS, person(1, 一卡通账号="6217000000999999")), "a.csv")
    assert (ended.run.result["accounts_proposed"], ended.codes) == (1, {"account_to_confirm"})
    with database.reading() as session:
        found = find_person_by_id_number(session, id_number(1))
        assert active_payee(session, found.id).account_masked == "****0001"
        assert pending_payee(session, found.id).account_masked == "****9999"


def test_a_category_that_overlaps_the_registrys_is_refused(import_file):
    import_file("people", to_csv(PEOPLE_HEADERS, person(1)), "a.csv")
    ended = import_file("people", to_csv(PEOPLE_HEADERS, person(1, 认定日期="2025-06-01")), "a.csv")
    assert (ended.run.state, ended.codes) == ("failed", {"span_overlaps"})


def test_an_account_that_the_bureau_brings_waits_for_a_second_person(database, import_file):
    plain = to_csv(PEOPLE_HEADERS, person(1, 人员类别="", 认定日期=""))
    ended = import_file("people", plain, "a.csv", login="ybj_officer")
    assert ended.run.result["accounts_proposed"] == 1
    with database.reading() as session:
        found = find_person_by_id_number(session, id_number(1))
        assert active_payee(session, found.id) is None
        assert pending_payee(session, found.id).account_masked == "****0001"


def test_an_account_for_somebody_without_one_waits_too(database, import_file):
    import_file("people", to_csv(PEOPLE_HEADERS, person(1, 一卡通账号="", 开户行="")), "a.csv")
    for account in ("6217000000000001", "6217000000000002"):
        plain = to_csv(PEOPLE_HEADERS, person(1, 人员类别="", 认定日期="", 一卡通账号=account))
        assert import_file("people", plain, "a.csv", login="ybj_officer").run.result["accounts_proposed"] == 1
    with database.reading() as session:
        found = find_person_by_id_number(session, id_number(1))
        assert active_payee(session, found.id) is None
        assert pending_payee(session, found.id).account_masked == "****0002"


def test_the_bureau_may_bring_people_but_no_categories(database, import_file):
    ended = import_file("people", to_csv(PEOPLE_HEADERS, person(1)), "a.csv", login="ybj_officer")
    assert (ended.run.state, ended.codes) == ("failed", {"category_by_civil_affairs"})
    plain = to_csv(PEOPLE_HEADERS, person(1, 人员类别="", 认定日期=""))
    assert import_file("people", plain, "a.csv", login="ybj_officer").run.state == "done"
    with database.reading() as session:
        assert categories_in_year(session, 2025) == {}


def test_a_member_moves_into_the_household_of_a_head(database, import_file):
    import_file("people", to_csv(PEOPLE_HEADERS, person(1), person(2)), "a.csv")
    import_file("people", to_csv(PEOPLE_HEADERS, person(2, 户主身份证号=id_number(1))), "a.csv")
    with database.reading() as session:
        first, second = (find_person_by_id_number(session, id_number(n)) for n in (1, 2))
        assert first.household_id == second.household_id
