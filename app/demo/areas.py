"""The area tree and the units of the demonstration county."""

from __future__ import annotations

from dataclasses import dataclass

COUNTY = ("330683", "嵊州市")
_TOWNSHIPS = "清溪镇 竹溪镇 白石镇 长桥镇 石门镇 云岭乡 枫树乡 南山街道 北湖街道 东门街道 沙河镇 金庭湾镇".split()
_VILLAGES = "上坪村 下坪村 桥头村 樟树村 大岙村 里山村 前塘村 后塘村".split()
GRIDS_A_VILLAGE = 2


@dataclass(frozen=True)
class AreaPlan:
    """One area to be made: `code` of its parent, "" for the county."""

    code: str
    name: str
    level: str
    parent: str


def plan_areas() -> list[AreaPlan]:
    """County, 12 townships, 96 villages, 192 grids; parents before children."""
    code, name = COUNTY
    plans = [AreaPlan(code, name, "county", "")]
    for t, township in enumerate(_TOWNSHIPS, 1):
        town_code = f"{code}{t:03d}"
        plans.append(AreaPlan(town_code, township, "township", code))
        for v, village in enumerate(_VILLAGES, 1):
            village_code = f"{town_code}{v:03d}"
            plans.append(AreaPlan(village_code, village, "village", town_code))
            plans += [
                AreaPlan(f"{village_code}{g:02d}", f"{village}{_NUMERALS[g]}网格", "grid", village_code)
                for g in range(1, GRIDS_A_VILLAGE + 1)
            ]
    return plans


_NUMERALS = "零一二三四五六"
