"""Step 2: every member unit says what it paid to whom.

『各成员单位统计初步名单人员的报销、救助、补助金额』[S0 附件3 三.2].
"""
