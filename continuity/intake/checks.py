"""What must hold between the records of a call and those the portal has: known keys, no twins, no circles."""

from collections.abc import Iterable
from itertools import pairwise

from continuity.catalogue.graph import circle_in, circle_words
from continuity.intake.findings import quoted
from continuity.intake.found import Everything, Found, ServiceRecord
from continuity.intake.known import Known
from continuity.intake.patients import refuse_patients
from continuity.intake.shapes import Record

# Each record of these kinds has a name of its own, which people tell it apart by.
NAMED = {"site": "sites", "team": "teams", "service": "services", "area": "areas", "rota": "rotas"}
NEEDS = "depends_on"


def check(found: Everything, known: Known) -> list[Found[object]]:
    """Note every fault between records. Answers those that are new; the others were taken from a file before."""
    _refuse_twins(found)
    refuse_patients(found)
    fresh = [one for one in found if _is_new(one, known)]
    _refuse_known_names(fresh, known)
    _refuse_unknown(found, known)
    _refuse_circles(found.services, known)
    _refuse_replaced_circles(found)
    _join_incidents(found, known)
    _join_procedures(found, known)
    return fresh


def _refuse_twins(found: Everything) -> None:
    first: dict[tuple[str, str], Found[object]] = {}
    for one in found:
        if not one.reference:
            continue
        before = first.setdefault((one.kind, one.reference), one)
        if before is not one:
            place = before.record.place
            _fault_of(one.record, f"{one.reference} stands in {place.file}, line {place.line} already.")


def _is_new(one: Found[object], known: Known) -> bool:
    told = known.told.get((one.kind, one.reference))
    if told is not None:
        differing = _differing(told, one.content)
        for key in differing:
            one.record.fault(
                key, "This differs from what was imported before. A known record is not changed."
            )
        return False
    # A version tells more about a procedure of this call, and is no row by itself.
    if one.kind != "procedure" and one.reference in known.names[one.kind]:
        _fault_of(one.record, f"{one.reference} is in the portal already, and not from a file.")
        return False
    return True


def _differing(told: dict[str, object], content: dict[str, object]) -> list[str]:
    return sorted(key for key in told.keys() | content.keys() if told.get(key) != content.get(key))


def _refuse_known_names(fresh: Iterable[Found[object]], known: Known) -> None:
    taken = {kind: {name.casefold(): key for key, name in known.names[kind].items()} for kind in NAMED}
    for one in fresh:
        name = getattr(one.record.node.pairs.get("name"), "text", "").strip()
        if one.kind not in NAMED or not name:
            continue
        holder = taken[one.kind].setdefault(name.casefold(), one.reference)
        if holder != one.reference:
            one.record.fault("name", f"{quoted(name)} is the name of {one.kind} {holder}.")


def _refuse_unknown(found: Everything, known: Known) -> None:
    """Name every key of something that is neither in the portal nor in these files."""
    there = {kind: set(known.names[kind]) for kind in known.names}
    for one in found:
        there[one.kind].add(one.reference)
    services = there["service"]
    for service in found.services:
        _refuse(service.record, "owner", [service.what.owner], there["team"], "team")
        _refuse(service.record, NEEDS, service.what.needs, services, "service")
    for area in found.areas:
        _refuse(area.record, "site", [area.what.site], there["site"], "site")
        _refuse(area.record, "services", area.what.services, services, "service")
    for rota in found.rotas:
        _refuse(rota.record, "role", [rota.what.role], set(known.roles), "command role")
    for notice in found.notices:
        _refuse(notice.record, "services", notice.what.notice.services, services, "service")
        also = [key for key, hit in notice.what.notice.disruptions if key not in notice.what.notice.services]
        _refuse(notice.record, "also_affected", also, services, "service")
        _refuse(notice.record, "replaces", [notice.what.notice.replaces], there["notice"], "notice")
    for incident in found.incidents:
        account = incident.what.account
        keys = {key: key for key, _ in account.impacts}
        _refuse_hits(incident.record, keys, services)
        _refuse(incident.record, "notice_ref", [account.release], there["notice"], "notice")
        _refuse(incident.record, "roles_stood_up", account.roles, set(known.roles), "command role")


def _refuse_hits(record: Record, keys: Iterable[str], services: set[str]) -> None:
    """An incident's services stand under two keys: name the one that the unknown word stands under."""
    also = {
        getattr(item, "text", "") for item in getattr(record.node.pairs.get("also_affected"), "items", ())
    }
    for key in keys:
        _refuse(record, "also_affected" if key in also else "services", [key], services, "service")


def _refuse(record: Record, field: str, keys: Iterable[str], there: set[str], kind: str) -> None:
    for key in keys:
        if key and key not in there:
            record.fault(field, f"There is no {kind} {quoted(key)}.")


def _refuse_circles(services: list[Found[ServiceRecord]], known: Known) -> None:
    """Dependencies of the portal and of these files together must close no circle; each is named once."""
    needs = {key: list(on) for key, on in known.needs.items()}
    records = {one.reference: one.record for one in services}
    for one in services:
        needs[one.reference] = list(one.what.needs)
    while circle := circle_in(needs):
        service, on = next(((a, b) for a, b in pairwise(circle) if a in records))
        records[service].fault(NEEDS, f"These dependencies make a circle: {circle_words(circle)}")
        needs[service].remove(on)


def _refuse_replaced_circles(found: Everything) -> None:
    records = {one.reference: one.record for one in found.notices}
    replaced = {one.reference: [one.what.notice.replaces] for one in found.notices}
    while circle := circle_in(replaced):
        records[circle[0]].fault("replaces", f"These notices replace each other: {', '.join(circle)}.")
        replaced[circle[0]] = []


def _join_incidents(found: Everything, known: Known) -> None:
    """A notice may name the incident it led to; the incident then comes from it, also when it does not say so."""
    incidents = {one.reference: one.what.account for one in found.incidents}
    for one in found.notices:
        ref = one.what.incident
        account = incidents.get(ref)
        if account is not None and account.release not in {"", one.reference}:
            one.record.fault("incident_ref", f"{ref} says that it came from {account.release}.")
        elif account is not None:
            account.release = one.reference
        elif ref and ref not in known.names["incident"]:
            one.record.warn("incident_ref", f"There is no incident {quoted(ref)} yet.")


def _join_procedures(found: Everything, known: Known) -> None:
    """A version belongs to the procedure of a service in these files; later it is changed in the portal."""
    by_key = {one.reference: one.what.approved for one in found.services}
    for one in found.procedures:
        approved = by_key.get(one.reference)
        if approved is not None:
            approved.version = one.what
        elif one.reference and ("procedure", one.reference) not in known.told:
            one.record.fault("service", f"These files hold no downtime procedure of {one.reference}.")


def _fault_of(record: Record, sentence: str) -> None:
    key = next((key for key in ("ref", "key", "service") if key in record.node.pairs), "")
    record.fault(key, sentence)
