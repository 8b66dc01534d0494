"""FEEL and DMN, exact and pure: expressions, decision tables and their traces; stands alone."""

from app.feel.cursor import Vocabulary
from app.feel.decisions import Decision
from app.feel.errors import (
    DecisionFaults,
    DecisionNotFound,
    Fault,
    FeelError,
    FeelEvaluationError,
    FeelSyntaxError,
    HitPolicyViolated,
    UnknownName,
    ValueNotAllowed,
)
from app.feel.expressions import Expression, UnaryTests, compile_expression, compile_unary_tests
from app.feel.model import DecisionModel, DecisionResult, load_decisions
from app.feel.table_check import TableCheck, check_tables
from app.feel.table_xml import Rule
from app.feel.values import YearsMonths

__all__ = [
    "Decision",
    "DecisionFaults",
    "DecisionModel",
    "DecisionNotFound",
    "DecisionResult",
    "Expression",
    "Fault",
    "FeelError",
    "FeelEvaluationError",
    "FeelSyntaxError",
    "HitPolicyViolated",
    "Rule",
    "TableCheck",
    "UnaryTests",
    "UnknownName",
    "ValueNotAllowed",
    "Vocabulary",
    "YearsMonths",
    "check_tables",
    "compile_expression",
    "compile_unary_tests",
    "load_decisions",
]
