"""Tables as officials make them, the broken ones too, and a county into which they are imported."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import dataclass

import pytest
import xlsxwriter

from app.costs.imports import IMPORTS as COST_IMPORTS
from app.engine.engine import Engine
from app.engine.jobs import run_due_jobs
from app.intake.imports import JOB_HANDLERS, Work, list_import_faults, start_import
from app.intake.models import ImportFault, ImportRun
from app.kernel.dates import fixed_clock
from app.kernel.db import Database
from app.kernel.idnumbers import check_digit
from app.kernel.settings import Settings, read_settings
from app.registry.imports import IMPORTS as PEOPLE_IMPORTS
from app.registry.provision import PersonRow, Recorder, add_people
from tests.access.people import County, make_county
from tests.conftest import NOW

KNOWN = (501, 502)  # people of `id_number` whom the county of `check_file` knows already
PEOPLE_HEADERS = [
    "姓名", "身份证号", "性别", "户主身份证号", "认定地区代码", "居住地区代码", "人员类别", "认定日期", "失效日期",
    "联系电话", "一卡通账号", "开户行", "参保",
]  # fmt: skip
BILL_HEADERS = [
    "结算编号", "身份证号", "医疗机构", "结算日期", "医疗总费用", "政策范围内费用", "目录外自费", "自主定价",
    "基本医保", "大病保险", "医疗救助", "商业健康保险", "冲销原编号",
]  # fmt: skip


def id_number(n: int, born: str = "19700101") -> str:
    """The n-th invented number of that birth date."""
    first = f"330683{born}{n % 1000:03}"
    return first + check_digit(first)


def person(n: int = 1, **cells) -> list:
    """A good row of a people table; keyword arguments are headers."""
    number = id_number(n)
    row = {
        "姓名": f"测试{n}", "身份证号": number, "性别": "男" if int(number[16]) % 2 else "女",
        "认定地区代码": "33068300100101", "人员类别": "低保", "认定日期": "2025-01-01", "联系电话": "13800000001",
        "一卡通账号": f"6217000000{n:06}", "开户行": "农商银行", "参保": "居民",
    } | cells  # fmt: skip
    return [row.get(header, "") for header in PEOPLE_HEADERS]


def bill(n: int = 1, **cells) -> list:
    """A good row of a settlements table: 1,000.00 in all, 600.00 of it paid."""
    row = {
        "结算编号": f"JS{n:06}", "身份证号": id_number(1), "医疗机构": "市人民医院", "结算日期": "2025-03-01",
        "医疗总费用": "1000.00", "政策范围内费用": "800.00", "目录外自费": "200.00", "基本医保": "500.00",
        "大病保险": "100.00", "医疗救助": "", "商业健康保险": "",
    } | cells  # fmt: skip
    return [row.get(header, "") for header in BILL_HEADERS]


def to_csv(headers, *rows, encoding="utf-8-sig", **dialect) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, **dialect)
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def to_xlsx(headers, *rows, above=(), decorate=None, sheet="名册") -> bytes:
    """Cells as given: str, int, float, date. `decorate(workbook, worksheet)` may spoil the sheet afterwards."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        for number, row in enumerate([*above, headers, *rows]):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    worksheet.write_string(number, place, value)
                else:
                    worksheet.write(number, place, value)
        if decorate:
            decorate(workbook, worksheet)
    return content.getvalue()


@dataclass
class Imported:
    """How an import ended."""

    run: ImportRun
    faults: list[ImportFault]

    @property
    def codes(self) -> set[str]:
        return {fault.code for fault in self.faults}


@pytest.fixture(scope="module")
def check_file(sqlite_template, tmp_path_factory, cipher):
    """`check_file("people", content, "a.csv")` -> what the check says, a plan or Invalid; one county a module."""
    folder = tmp_path_factory.mktemp("checked")
    shutil.copy(sqlite_template, folder / "nuanxin.db")
    database = Database(f"sqlite:///{folder / 'nuanxin.db'}", cipher)
    settings = read_settings({"NUANXIN_DATA_DIR": str(folder / "data")})
    database.info.update(settings=settings, engine=Engine(settings.resources, {}))
    clock = fixed_clock(NOW)
    with database.writing() as session:
        county = make_county(session)
        known = [PersonRow(f"已知{n}", id_number(n), county.grids[0].id) for n in KNOWN]
        add_people(session, known, Recorder(NOW))
        session.commit()

    def check(kind, content, name="table.xlsx", login=None):
        actor = county.actor(login or {"people": "civil_affairs_officer"}.get(kind, "ybj_officer"))
        params = {"scheme": "shengzhou"} if kind == "settlements" else {}
        with database.writing() as session:
            work = Work(session, actor, clock, 0, 0, name, content, params)
            plan = {**PEOPLE_IMPORTS, **COST_IMPORTS}[kind].check(work)
            assert not session.new
            assert not session.dirty
            return plan, work.warnings

    yield check
    database.dispose()


@pytest.fixture
def settings(tmp_path) -> Settings:
    return read_settings({"NUANXIN_DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def engine(settings) -> Engine:
    return Engine(settings.resources, {}, JOB_HANDLERS)


@pytest.fixture
def county(database, settings, engine) -> County:
    """Shengzhou's people and areas in a database that knows engine, settings and import kinds."""
    database.info.update(settings=settings, engine=engine, imports={**PEOPLE_IMPORTS, **COST_IMPORTS})
    with database.writing() as session:
        return make_county(session)


@pytest.fixture
def import_file(database, county, engine, clock):
    """`import_file("people", content, "a.csv")` by civil affairs, or settlements by the bureau; runs the job."""

    def run(kind, content, name="table.xlsx", params=None, login=None):
        actor = county.actor(login or {"people": "civil_affairs_officer"}.get(kind, "ybj_officer"))
        if params is None:
            params = {"scheme": "shengzhou"} if kind == "settlements" else {}
        with database.writing() as session:
            import_id = start_import(session, actor, clock, kind, content, name, params).id
        run_due_jobs(database, engine, clock)
        with database.reading() as session:
            return Imported(session.get(ImportRun, import_id), list_import_faults(session, import_id, 1000))

    return run
