"""The inbox can say who a row is about, and tells nobody a name that the case itself would not."""

from __future__ import annotations

import pytest

from tests.rounds.test_api import body, issued, opened, town  # noqa: F401 the same round over HTTP


def names(person, *subjects):
    reply = person.get("/subjects?" + "&".join(f"subject={one}" for one in subjects))
    assert reply.status_code == 200, reply.json
    return {one["subject"]: (one["name"], one["detail"]) for one in reply.json["items"]}


def test_people_rounds_and_tallies_have_names_for_those_who_may_see_them(town, opened, issued):  # noqa: F811
    officer, liaison = town.person("ybj_officer"), town.person("liaison_cszh")
    case = officer.get(f"/rounds/{opened['id']}/cases?limit=1").json["items"][0]
    tally = f"tally_request:{issued['cszh']['id']}"
    asked = (f"case:{case['id']}", f"round:{opened['id']}", tally, "case:99999")
    seen = names(officer, *asked)
    assert seen[asked[0]] == (case["name"], f"{case['case_no']} {case['township']}")
    assert seen[asked[1]][0] == "2025年度第1轮"
    assert seen.keys() == set(asked[:3])
    assert tally in names(liaison, *asked)
    assert tally not in names(town.person("liaison_mzj"), *asked)
    assert names(town.person("grid_worker_4"), *asked).keys() == {asked[1]}


@pytest.mark.parametrize("subject", ["person:1", "case:", "case:x", "case:1 or 1", "case:0"])
def test_what_is_no_subject_is_refused(town, subject):  # noqa: F811
    assert town.person("ybj_officer").get("/subjects", query_string={"subject": subject}).status_code == 422
