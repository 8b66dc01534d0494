"""The import kind `settlements`: a bureau's table of bills becomes a snapshot, in which nobody has an ID number.

Params: `scheme` (whose payers the columns are), and `name`, optional. Bills of people whom the registry does not
know are kept out and listed; any faulty cell refuses the whole table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.orm import Session

from app.costs.bills import WANTED, read_bills, settlement_payers
from app.costs.snapshots import settlement_schema, with_cost_days, write_snapshot
from app.engine.engine import engine_of
from app.engine.schemes import Scheme, load_scheme
from app.intake.imports import MAX_KEPT, ImportKind, Work
from app.intake.tables import Sheet, cell_fault
from app.intake.workbooks import read_table
from app.kernel.dates import local_date
from app.kernel.errors import Fault, Invalid, NotFound
from app.registry.people import resolve_id_numbers

IMPORTERS = ("ybj_officer",)
_LONGEST_NAME = 100


@dataclass(frozen=True)
class Plan:
    """Bills of known people, ready to be frozen."""

    bills: Any
    payers: tuple[str, ...]
    rows: int
    left_out: int


def read_params(session: Session, params: Mapping[str, Any]) -> dict[str, Any]:
    """`scheme` must name a scheme, `name` is what people call the snapshot. Raises Invalid."""
    faults = [
        Fault(f"/params/{name}", "param_unknown", "结算导入没有这个参数") for name in params.keys() - {"scheme", "name"}
    ]
    scheme, name = params.get("scheme"), params.get("name")
    try:
        _scheme(session, str(scheme))
    except NotFound as error:
        faults.append(Fault("/params/scheme", error.code, error.message))
    if name is not None and not (isinstance(name, str) and 0 < len(name.strip()) <= _LONGEST_NAME):
        faults.append(Fault("/params/name", "name_invalid", "名称应为1至100个字"))
    if faults:
        raise Invalid(faults)
    return {"scheme": scheme, **({"name": name.strip()} if name else {})}


def check_settlements(work: Work) -> Plan:
    """Every cell, every bill, every reversal; raises Invalid with all faults. Writes nothing."""
    scheme = _scheme(work.session, work.params["scheme"])
    wanted = [*WANTED, *(name for names in settlement_payers(scheme).values() for name in names)]
    table = read_table(work.content, work.filename, wanted=wanted, formulas=False)
    faults: list[Fault] = []
    read: list[Any] = []
    rows = 0
    for number, sheet in enumerate(table.sheets):
        for batch in read_bills(sheet, scheme, local_date(work.clock()), faults):
            read.append(batch.append_column("sheet", pa.array([number] * batch.num_rows, pa.int16())))
            rows += batch.num_rows
            work.report(rows, 0)
    if not read and not faults:
        raise Invalid([Fault(work.filename, "no_rows", "表头下面没有数据行")])
    bills = pa.concat_tables(read)
    if not faults:
        faults += [*_repeated(bills, table.sheets), *_reversal_faults(work, bills, table.sheets)]
    if faults:
        raise Invalid(faults)
    return _identify(work, bills, table.sheets, tuple(settlement_payers(scheme)))


def store_settlements(work: Work, plan: Plan) -> dict[str, Any]:
    """Freeze them; does not commit."""
    snapshot = write_snapshot(
        work.session, work.actor, work.clock, plan.bills, payers=plan.payers,
        name=work.params.get("name") or work.filename, file_id=work.file_id, left_out=plan.left_out,
    )  # fmt: skip
    for listener in work.session.info.get("listeners", {}).get("settlements", ()):
        listener(work.session, work.actor, work.clock, work.params["scheme"], snapshot)
    return {"rows": plan.rows, "rows_kept": plan.bills.num_rows, "rows_left_out": plan.left_out,
            "snapshot_id": snapshot.id}  # fmt: skip


IMPORTS = {"settlements": ImportKind("医疗费用结算", IMPORTERS, read_params, check_settlements, store_settlements)}


def _scheme(session: Session, name: str) -> Scheme:
    return load_scheme(engine_of(session).resources, name)


def _repeated(bills: Any, sheets: tuple[Sheet, ...]) -> Iterator[Fault]:
    counts = pc.value_counts(bills["settlement_no"])
    twice = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    if not len(twice):
        return
    again = bills.filter(pc.is_in(bills["settlement_no"], value_set=twice))
    seen: set[str] = set()
    for place in again.select(["settlement_no", "sheet", "row"]).to_pylist():
        if place["settlement_no"] in seen:
            yield _fault(sheets, place, "结算编号", "settlement_repeated", "结算编号重复，同一笔结算只能有一行")
        seen.add(place["settlement_no"])


def _reversal_faults(work: Work, bills: Any, sheets: tuple[Sheet, ...]) -> Iterator[Fault]:
    """A reversal takes back a bill of the same person, once and not more than it was; else it is a fault."""
    reversals = bills.filter(pc.is_valid(bills["reversal_of"]))
    wanted = reversals["reversal_of"].combine_chunks()
    originals = bills.filter(pc.is_in(bills["settlement_no"], value_set=wanted))
    columns = ["settlement_no", "id_number", "total", "reversal_of"]
    original_of = {bill["settlement_no"]: bill for bill in originals.select(columns).to_pylist()}
    left = {number: bill["total"] for number, bill in original_of.items()}
    for reversal in reversals.select([*columns, "sheet", "row"]).to_pylist():
        number = reversal["reversal_of"]
        original = original_of.get(number)
        if original is None:
            message = "被冲销的结算不在本表中，按冲销自身的结算日期计入年度"
            work.warnings.append(_fault(sheets, reversal, "冲销原编号", "original_not_here", message))
            continue
        left[number] += reversal["total"]
        if original["reversal_of"] is not None:
            yield _fault(sheets, reversal, "冲销原编号", "reversal_of_reversal", "不能冲销一笔冲销")
        elif original["id_number"] != reversal["id_number"]:
            yield _fault(sheets, reversal, "冲销原编号", "reversal_other_person", "冲销与原结算不是同一个人")
        elif left[number] < 0:
            yield _fault(sheets, reversal, "冲销原编号", "reversal_too_large", "冲销金额合计大于原结算")


def _identify(work: Work, bills: Any, sheets: tuple[Sheet, ...], payers: tuple[str, ...]) -> Plan:
    """ID numbers become person ids; bills of unknown people are left out, each with a warning."""
    encoded = bills["id_number"].combine_chunks().dictionary_encode()
    numbers = encoded.dictionary.to_pylist()
    known = resolve_id_numbers(work.session, numbers)
    work.session.rollback()
    ids = pa.array([known.get(number) for number in numbers], pa.int64()).take(encoded.indices)
    bills = with_cost_days(bills).append_column("person_id", ids)
    unknown = bills.filter(pc.is_null(ids))
    for place in unknown.select(["sheet", "row"]).slice(0, MAX_KEPT).to_pylist():
        message = "登记库中没有此人，本行未计入：请先导入人员名册"
        work.warnings.append(_fault(sheets, place, "身份证号", "person_unknown", message))
    kept = bills.filter(pc.is_valid(ids))
    if not kept.num_rows:
        message = "表中的人都不在登记库中，请先导入人员名册"
        raise Invalid([Fault(work.filename, "nobody_known", message)])
    schema = settlement_schema(payers)
    return Plan(kept.select(schema.names).cast(schema), payers, bills.num_rows, unknown.num_rows)


def _fault(sheets: tuple[Sheet, ...], place: Mapping[str, Any], header: str, code: str, message: str) -> Fault:
    sheet = sheets[place["sheet"]]
    return cell_fault(sheet.name, place["row"], header, sheet.place(header), code, message)
