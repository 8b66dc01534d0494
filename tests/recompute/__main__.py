"""`python -m tests.recompute FOLDER`: a line for each disagreement, then `N checked, M disagree`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.recompute.checking import Checks
from tests.recompute.fund import check_fund
from tests.recompute.lists import check_lists
from tests.recompute.papers import Papers
from tests.recompute.payments import check_outcomes, check_payments
from tests.recompute.people import Reckoning


def recompute(folder: Path) -> Checks:
    """Everything that the papers in `folder` let one check."""
    checks = Checks()
    papers = Papers(folder)
    reckoning = Reckoning(papers)
    check_lists(checks, papers, reckoning)
    paid = check_payments(checks, papers, reckoning)
    check_outcomes(checks, papers, reckoning, paid)
    check_fund(checks, papers, reckoning, sum(paid.values()))
    return checks


def main() -> None:
    """Print, and leave with 1 when anything disagrees."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.recompute FOLDER")
    checks = recompute(Path(sys.argv[1]))
    for line in checks.disagreements:
        print(line)
    print(f"{checks.count} checked, {len(checks.disagreements)} disagree")
    sys.exit(1 if checks.disagreements else 0)


if __name__ == "__main__":
    main()
