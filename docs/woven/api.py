"""The API pages: for each header of a module, what it says of itself and all that it declares.

Breathe can show a whole namespace or a whole file, but not a namespace spread over files without
declaring it again on every page. So a page names each declaration, in the order of its header,
which is the order in which the reader is meant to meet them.
"""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

DIRECTIVES = {"function": "doxygenfunction", "enum": "doxygenenum", "typedef": "doxygentypedef",
              "variable": "doxygenvariable", "class": "doxygenclass", "struct": "doxygenstruct",
              "concept": "doxygenconcept"}


@dataclass(frozen=True)
class Declaration:
    """Something that a header declares in a namespace."""

    kind: str
    name: str  # with its namespaces
    arguments: str  # "(int, const Fd&)" of a function
    line: int


def mend(xml: Path) -> None:
    """Changes in Doxygen's output what Sphinx and Breathe cannot read."""
    for file in xml.glob("*minidock*.xml"):
        tree = ElementTree.parse(file)
        leave_out_lambdas(tree.getroot())
        part_exceptions(tree.getroot())
        tree.write(file, encoding="utf-8", xml_declaration=True)


def leave_out_lambdas(root: ElementTree.Element) -> None:
    """Sphinx's C++ parser does not know lambdas, as what a member starts as."""
    for member in root.iter("memberdef"):
        initializer = member.find("initializer")
        if initializer is not None and text(member, "initializer").lstrip("= ").startswith("["):
            member.remove(initializer)


def part_exceptions(root: ElementTree.Element) -> None:
    """Breathe wants one exception in a @throws; where two share their reason, each gets it."""
    for throws in root.iter("parameterlist"):
        for item in throws.findall("parameteritem"):
            names = item[0]
            for name in names.iter("parametername"):
                # "@throws NotFound; Conflict when …"
                name.text = (name.text or "").rstrip(",;:") or None
            for name in names[1:]:
                names.remove(name)
                twin = copy.deepcopy(item)
                twin[0][:] = [name]
                throws.append(twin)


def declarations(xml: Path) -> dict[str, list[Declaration]]:
    """What each header declares, by the header's path from the root, in the header's order."""
    found: dict[str, list[Declaration]] = {}
    for file in sorted(xml.glob("namespaceminidock*.xml")):
        namespace = ElementTree.parse(file).getroot().find("compounddef")
        assert namespace is not None
        for member in namespace.iter("memberdef"):
            add(found, member, member.get("kind", ""), text(member, "qualifiedname"))
        for inner in namespace.findall("innerclass"):
            compound = ElementTree.parse(xml / f"{inner.get('refid')}.xml").getroot()[0]
            add(found, compound, compound.get("kind", ""), text(compound, "compoundname"))
    return {file: sorted(members, key=lambda one: one.line) for file, members in found.items()}


def add(found: dict[str, list[Declaration]], element: ElementTree.Element, kind: str,
        name: str) -> None:
    """Files a declaration under its header; a class inside another is shown with that one."""
    location = element.find("location")
    if location is None or kind not in DIRECTIVES or "@" in name:
        return
    types = [" ".join("".join(type_.itertext()).split()) for type_ in element.findall("param/type")]
    # A function's `file` is where it is defined, if that was read too.
    file = str(location.get("declfile", location.get("file")))
    line = int(str(location.get("declline", location.get("line"))))
    found.setdefault(file, []).append(Declaration(kind, name, f"({', '.join(types)})", line))


def text(element: ElementTree.Element, tag: str) -> str:
    """A child's text."""
    child = element.find(tag)
    return "".join(child.itertext()) if child is not None else ""


def times_declared(declared: dict[str, list[Declaration]]) -> Counter[str]:
    """How often each name is declared, in all headers: more than once, it is overloaded."""
    return Counter(member.name for members in declared.values() for member in members)


def directives(members: list[Declaration], times: Counter[str]) -> list[str]:
    """A header's declarations, as Breathe shows them."""
    lines: list[str] = []
    for member in members:
        # A signature is named only where there are several: Breathe compares it letter by letter.
        name = member.name + (member.arguments if times[member.name] > 1 else "")
        lines += [f"```{{{DIRECTIVES[member.kind]}}} {name}"]
        if member.kind in ("class", "struct"):
            lines += [":members:", ":undoc-members:"]
        lines += ["```", ""]
    return lines
