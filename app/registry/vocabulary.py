"""The words of the registry: category ids of the policy (policy-facts §2.1) and what people write for them."""

from __future__ import annotations

CATEGORIES: dict[str, str] = {
    "tk": "特困人员",
    "db": "低保对象",
    "dib": "低边对象",
    "ybnr_zcx": "因病纳入低保或低边的支出型困难人员",
    "zcx": "支出型贫困家庭成员",
    "lsjz": "因病致贫纳入临时救助对象",
    "other_special": "政府规定的其他特殊困难人员",
    "kjet": "享受基本生活费的困境儿童",
    "child_disease": "0-14周岁先心病、白血病参保儿童",
    "guer": "社会散居孤儿",
    "sanlao": "农村“三老”人员",
    "jjtx": "原精减职工享受定期定量补助人员",
    "disabled_1_2": "残疾等级二级及以上人员",
    "zdyf": "重点优抚对象",
    "mental": "严重精神障碍患者",
    "laomo": "年满60周岁且无固定收入的农业劳动模范",
    "fading": "低保、低边家庭一年渐退期内人员",
    "potential_other": "自负医疗费用达到一定标准的其他人员",
    "class_2": "因患重大疾病医疗费用支出造成家庭基本生活困难人员",
}
_ALSO_WRITTEN = {
    "tk": ("特困", "特困供养人员", "特困供养"),
    "db": ("低保", "低保人员", "最低生活保障家庭成员", "最低生活保障对象"),
    "dib": ("低边", "低边人员", "低保边缘", "低保边缘对象", "最低生活保障边缘家庭成员"),
    "ybnr_zcx": ("支出型困难人员", "因病纳入低保", "因病纳入低边", "纳入低保低边的因病致贫对象", "支出型困难"),
    "zcx": ("支出型贫困",),
    "lsjz": ("临时救助对象", "因病致贫临时救助"),
    "kjet": ("困境儿童",),
    "guer": ("孤儿", "散居孤儿"),
    "sanlao": ("三老人员", "农村三老人员", "农村“三老”人员"),
    "jjtx": ("精减退职人员", "精简退职人员"),
    "disabled_1_2": ("重度残疾人", "残疾人", "残疾二级及以上"),
    "zdyf": ("优抚对象",),
    "mental": ("精神障碍患者",),
    "laomo": ("劳动模范", "农业劳模", "年满60周岁且无固定收入的嵊州市级及以上农业劳动模范"),
    "fading": ("渐退期", "渐退期人员"),
    "potential_other": ("潜在对象", "其他潜在对象"),
}
CATEGORY_WORDS: dict[str, str] = {
    **{name: category for category, name in CATEGORIES.items()},
    **{word: category for category, words in _ALSO_WRITTEN.items() for word in words},
    **{category: category for category in CATEGORIES},
}
"""What may stand in a cell -> category id."""

SEXES = {"男": "male", "女": "female"}
INSURED = {
    "居民": "resident", "城乡居民": "resident", "居民医保": "resident", "城乡居民基本医疗保险": "resident",
    "职工": "employee", "职工医保": "employee", "职工基本医疗保险": "employee",
    "未参保": "none", "否": "none",
}  # fmt: skip
"""What may stand under 参保 -> resident | employee | none."""
