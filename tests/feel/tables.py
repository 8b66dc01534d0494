"""Small DMN files written in Python, so that a test shows its whole table."""

from __future__ import annotations

from xml.sax.saxutils import escape

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def definitions(*parts: str, namespace: str = MODEL) -> bytes:
    return (
        f'<definitions xmlns="{namespace}" xmlns:nuanxin="https://nuanxin.example/schema/1.0" '
        f'id="d" name="d" namespace="http://test">{"".join(parts)}</definitions>'
    ).encode()


def input_data(name: str, kind: str = "number") -> str:
    return f'<inputData id="in_{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'


def needs(*inputs: str, decisions=(), functions=()) -> str:
    return (
        "".join(f'<informationRequirement><requiredInput href="#in_{i}"/></informationRequirement>' for i in inputs)
        + "".join(
            f'<informationRequirement><requiredDecision href="#{d}"/></informationRequirement>' for d in decisions
        )
        + "".join(f'<knowledgeRequirement><requiredKnowledge href="#{f}"/></knowledgeRequirement>' for f in functions)
    )


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def decision(id_: str, logic: str, *, requires: str = "", name: str | None = None, before: str = "", kind="") -> str:
    type_ref = f' typeRef="{kind}"' if kind else ""
    return (
        f'<decision id="{id_}" name="{name or id_}">{before}<variable name="{name or id_}"{type_ref}/>'
        f"{requires}{logic}</decision>"
    )


def table(inputs, outputs, rows, *, policy="UNIQUE", aggregation=None, annotations=()) -> str:
    """Inputs: (expression, type[, allowed]); outputs: name, default, values, kind; rows: cells in order."""
    columns = "".join(_input(*column) for column in inputs)
    outs = "".join(_output(**column) for column in outputs)
    notes = "".join(f'<annotation name="{label}"/>' for label in annotations)
    rules = "".join(_rule(number, row, len(inputs), len(outputs)) for number, row in enumerate(rows, 1))
    aggregate = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable id="t" hitPolicy="{policy}"{aggregate}>{columns}{outs}{notes}{rules}</decisionTable>'


def _input(expression: str, kind: str = "number", allowed: str | None = None) -> str:
    values = f"<inputValues><text>{escape(allowed)}</text></inputValues>" if allowed else ""
    return (
        f'<input label="{escape(expression)}">'
        f'<inputExpression typeRef="{kind}"><text>{escape(expression)}</text>'
        f"</inputExpression>{values}</input>"
    )


def _output(name: str, default: str | None = None, values: str | None = None, kind: str | None = None) -> str:
    type_ref = f' typeRef="{kind}"' if kind else ""
    allowed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    otherwise = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    return f'<output name="{name}"{type_ref}>{allowed}{otherwise}</output>'


def _rule(number: int, row, inputs: int, outputs: int) -> str:
    cells = [f"<text>{escape(cell)}</text>" for cell in row]
    return (
        f'<rule id="r{number}">'
        + "".join(f"<inputEntry>{cell}</inputEntry>" for cell in cells[:inputs])
        + "".join(f"<outputEntry>{cell}</outputEntry>" for cell in cells[inputs : inputs + outputs])
        + "".join(f"<annotationEntry>{cell}</annotationEntry>" for cell in cells[inputs + outputs :])
        + "</rule>"
    )
