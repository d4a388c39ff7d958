"""Where nginx sends what: no form goes to the processes that everybody's board comes from, which stop within 2 s."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.addresses import INSIDE, patterns
from tests.clusters import ROOT

PLACE = re.compile(r"^location (=|~|) ?(\S+) \{\s+proxy_pass http://portal_(\w+);", re.MULTILINE)
NOT_ALLOWED = 405


def kind_for(address: str) -> str:
    """Which processes get an address, as nginx chooses: by all of it, by a pattern, by its longest beginning."""
    exact, by_pattern, by_start = dict[str, str](), dict[str, str](), dict[str, str]()
    tables = {"=": exact, "~": by_pattern, "": by_start}
    for how, place, kind in PLACE.findall((ROOT / "deploy/nginx/portal-places.inc").read_text()):
        tables[how][place] = kind
    if address in exact:
        return exact[address]
    found = (kind for place, kind in by_pattern.items() if re.search(place, address))
    starts = [place for place in by_start if address.startswith(place)]
    return next(found, by_start[max(starts, key=len)])


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        *(("/", "live"), ("/areas/ward-3/", "live"), ("/live/incidents/INC-2026-001/", "live")),
        *(("/areas/ward-3/edit/", "pages"), ("/my-area/", "pages"), ("/incidents/declare/", "pages")),
    ],
)
def test_boards_and_streams_go_to_one_kind_and_forms_to_the_other(address: str, kind: str) -> None:
    assert kind_for(address) == kind


@pytest.mark.django_db
def test_what_goes_to_the_live_processes_takes_no_form(settings: Any) -> None:
    settings.TRUSTED_NETWORKS = ["127.0.0.0/8"]
    client = Client(REMOTE_ADDR=INSIDE)
    live = [
        address
        for where, _ in patterns()
        if kind_for(address := "/" + re.sub(r"<[^>]+>", "ers", where)) == "live"
    ]

    taking = [address for address in live if client.post(address).status_code != NOT_ALLOWED]

    assert len(live) > 5
    assert taking == []
