"""The app roles of the field (policy-facts §1.4), with reviewer, administrator and auditor."""

ROLES: dict[str, str] = {
    "grid_worker": "网格员",
    "department_liaison": "部门联络员",
    "township_clerk": "乡镇（街道）经办",
    "civil_affairs_officer": "民政局经办",
    "ybj_officer": "医保局经办",
    "meeting_secretary": "会议秘书",
    "finance_officer": "财政经办",
    "hospital_desk": "医院医保办",
    "fund_manager": "基金管理",
    "reviewer": "审核人",
    "administrator": "系统管理员",
    "auditor": "审计",
}
