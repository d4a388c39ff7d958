"""Keeping patients out of what is imported: a record with an NHS number in it is a fault of its file."""

from collections.abc import Iterator

from continuity.core.nhs_numbers import nhs_numbers_in
from continuity.intake.found import Everything
from continuity.intake.reading import Listing, Mapping, Node, Scalar

# A file cannot be asked whether it is none, as a form can.
PATIENT_DATA = (
    "This holds what looks like an NHS number. Take it out: no patient details belong here. "
    "If it is another number, write it in two parts with a stroke."
)


def refuse_patients(found: Everything) -> None:
    """Note every field of a record that holds an NHS number, by its name and never by the number."""
    for one in found:
        for name, node in one.record.node.pairs.items():
            if any(nhs_numbers_in(text) for text in _texts_in(node)):
                one.record.fault(name, PATIENT_DATA)


def _texts_in(node: Node) -> Iterator[str]:
    match node:
        case Scalar():
            yield node.text
        case Listing():
            for item in node.items:
                yield from _texts_in(item)
        case Mapping():
            for item in node.pairs.values():
                yield from _texts_in(item)
