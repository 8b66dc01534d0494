"""The Python behind the tasks of steps 4 and 5 in subsidy_five_step.bpmn; never commits."""
