"""A whole round over HTTP against real processes, on both databases; then every amount is worked out again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.crash.processes import ROOT, House, stamp
from tests.recompute.__main__ import recompute

pytestmark = pytest.mark.crash
PEOPLE = "24"


def run(house: House, *arguments: str, patience: float = 600) -> None:
    """`nuanxin demo …` to its end."""
    house.start("demo", *arguments)
    code = house.running.pop("demo").wait(timeout=patience)
    assert code == 0, house.log[-3000:]


def raise_one_amount(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "名单-final.xlsx")
    sheet = book.worksheets[0]
    column = next(c.column for row in sheet.iter_rows(max_row=6) for c in row if c.value == "补助金额")
    cell = next(r[column - 1] for r in sheet.iter_rows(min_row=5) if isinstance(r[column - 1].value, int | float))
    cell.value = float(cell.value) + 0.01
    book.save(folder / "名单-final.xlsx")


def forget_a_reversal(folder: Path) -> None:
    bills = (folder / "结算数据.csv").read_text(encoding="utf-8-sig").splitlines()
    kept = [line for line in bills if ",-30000.00," not in line]
    assert len(kept) == len(bills) - 1
    (folder / "结算数据.csv").write_text("\n".join(kept), encoding="utf-8-sig")


def change_an_account(folder: Path) -> None:
    path = folder / "付款文件-nxwy-2023-0001.csv"
    path.write_bytes(path.read_bytes().replace(b",990683", b",990684", 1))


def pay_a_failed_one_too(folder: Path) -> None:
    path = folder / "回盘-nxwy-2023-0001.csv"
    path.write_bytes(path.read_bytes().replace("失败".encode(), "成功".encode()))


def lose_an_entry(folder: Path) -> None:
    entries = json.loads((folder / "基金分录.json").read_text(encoding="utf-8"))
    kept = [entry for entry in entries if entry["ref"] != "nxwy-2023-0002"]
    (folder / "基金分录.json").write_text(json.dumps(kept), encoding="utf-8")


TRICKS: dict[Callable[[Path], None], str] = {
    raise_one_amount: "补助金额: the papers say 100.01, recomputed 100.00",
    forget_a_reversal: "年度医疗总费用",
    change_an_account: "SHA-256",
    pay_a_failed_one_too: "paid",
    lose_an_entry: "books below zero",
}


def test_a_played_round_recomputes_to_the_fen_and_no_trick_passes(database, tmp_path):
    stamp(database)
    house = House(database, tmp_path)
    try:
        run(house, "load", "--people", "1000", "--settlements", "3000")
        house.serve()
        url = house.url.removesuffix("/api/v1")
        run(house, "play", "--url", url, "--out", str(tmp_path / "out"), "--people", PEOPLE)
    finally:
        house.kill_all()
    assert "incident" not in house.log
    folder = tmp_path / "out" / "2023-1"
    checks = recompute(folder)
    assert checks.disagreements == []
    assert checks.count > 1000
    for trick, found in TRICKS.items():
        copy = tmp_path / trick.__name__
        shutil.copytree(folder, copy)
        trick(copy)
        assert any(found in line for line in recompute(copy).disagreements), trick.__name__
    assert says(folder) == (0, f"{checks.count} checked, 0 disagree")
    code, last = says(tmp_path / "raise_one_amount")
    assert (code, last.endswith(" disagree")) == (1, True)


def says(folder: Path) -> tuple[int, str]:
    """Exit code and last line of the command."""
    command = [sys.executable, "-m", "tests.recompute", str(folder)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout.splitlines()[-1]


def test_the_recomputation_knows_nothing_of_the_product():
    code = "import sys, tests.recompute.__main__; print(sorted(n for n in sys.modules if n.split('.')[0] == 'app'))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
