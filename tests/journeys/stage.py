"""What the sample trust lacks before every page can be opened: made as people make it, by the portal's own buttons."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from uuid import UUID

from playwright.sync_api import Page, expect

from continuity.core.clock import local, local_day, now
from continuity.core.processes import wait_until
from continuity.core.wording import date_words, time_words
from tests.processes.portals import PATIENCE

AREA, SERVICE = "ward-3", "printing"
LETTER = r"^/mail/(.+)/$"
LINKED = ("agree", "stop", "ready")
LOOK_AGAIN_MS = 500
ONLY_SENT = "0"  # stands where only sent forms lead, which no page answers
Values = dict[str, dict[str, str]]
Enter = Callable[[str], Page]


def set_the_stage(page_of: Enter) -> Values:
    """What stands in the places of each room's addresses; the longest beginning of an address counts."""
    year = local(now()).year
    manager, lead, admin = page_of("manager"), page_of("lead"), page_of("admin")
    a_shared_mailbox(admin, AREA)
    a_contact_that_is_asked(admin)
    ahead, checking = work_ahead(manager), work_that_is_being_checked(manager)
    review = a_review_of(lead, f"INC-{year}-102")
    an_action_of(lead, review)
    asked_to_write(lead, review)
    a_meeting_of(lead, review)
    near_miss = a_near_miss(lead)
    theme = a_theme(lead, near_miss)
    weekly, one_of_them = work_that_comes_back(manager)
    procedure = "ers"
    return {
        "areas/": {"<slug:key>": AREA},
        "services/": {"<slug:key>": "ers", "<int:pk>": ONLY_SENT},
        "teams/": {"<slug:key>": "it-desk"},
        "sites/": {"<slug:key>": "agh"},
        "accounts/": {"<str:username>": "manager"},
        "rota/": {"<slug:key>": "duty-it-manager", "<int:pk>": a_shift(admin)},
        "rota/chains/": {"<slug:cause>": "leaderless"},
        "rota/swaps/": {"<int:pk>": ONLY_SENT},
        "monitors/": {"<slug:key>": "overnight-slot-poll", "<ref>": review, "<int:number>": "1"},
        "inbox/": {"<int:pk>": newest(admin, "/inbox/", r"^/inbox/(\d+)/$")},
        "inbox/roles/": {"<slug:code>": "manager"},
        "inbox/channels/": {"<slug:channel>": "email"},
        "inbox/tests/": {"<int:pk>": a_test(admin)},
        "inbox/endpoints/": {"<slug:key>": a_program(admin)},
        "contacts/": {"<int:pk>": newest(admin, "/contacts/", r"^/contacts/(\d+)/$")},
        "contacts/groups/": {"<slug:key>": "gp-practices"},
        "audiences/": {"<int:pk>": an_audience(admin)},
        "ready/calls/": {"<int:pk>": what_areas_are_asked(manager, ahead)},
        "ready/areas/": {"<slug:key>": AREA},
        "mail/": {"<str:name>": newest(admin, "/mail/", LETTER)},
        "ping/": {"<uuid:secret>": f"{UUID(int=0)}", "<int:status>": ONLY_SENT},
        "plans/": {"<slug:key>": procedure, "<int:number>": a_draft_of(lead, procedure)},
        "releases/": {
            "<str:ref>": f"REL-{year}-101",
            "<checking>": checking,
            "<int:pk>": ONLY_SENT,
            "<int:tier>": "1",
        },
        "releases/busy-times/": {
            "<int:pk>": newest(admin, "/releases/busy-times/", r"^/releases/busy-times/(\d+)/$")
        },
        "releases/freezes/": {"<str:ref>": "FRZ-2024-01"},
        "releases/<str:ref>/versions/": {"<str:ref>": ahead},
        "releases/<str:ref>/told/": {"<str:ref>": ahead, "<int:pk>": ONLY_SENT},
        "releases/series/": {"<int:pk>": weekly},
        "releases/<str:ref>/repeat/": {"<str:ref>": f"MNT-{year}-102"},
        "releases/<str:ref>/leave-out/": {"<str:ref>": one_of_them},
        "releases/<str:ref>/move-following/": {"<str:ref>": one_of_them},
        "releases/<str:ref>/ready/": {"<str:ref>": ahead, "<int:pk>": ONLY_SENT},
        "releases/<str:ref>/run/": {"<str:ref>": ahead, "<int:pk>": a_step_of(manager, ahead)},
        "releases/<str:ref>/edit/": {"<str:ref>": f"MNT-{year}-102"},
        "releases/<str:ref>/cancel/": {"<str:ref>": f"REL-{year}-102"},
        "releases/<str:ref>/postpone/": {"<str:ref>": f"REL-{year}-102"},
        "releases/<str:ref>/not-back/": {"<str:ref>": checking},
        "incidents/": {
            "<ref>": f"INC-{year}-101",
            "<int:pk>": ONLY_SENT,
            "<int:number>": a_situation_report(manager, f"INC-{year}-101"),
            "<slug:shape>": "methane",
            "<slug:code>": "deputy",
            "<token>": a_report(page_of(""), of=SERVICE),
            "<passed-on>": a_report(page_of(""), of="telephony"),
        },
        "incidents/<ref>/services/": {
            "<ref>": f"INC-{year}-101",
            "<int:pk>": a_service_hit_by(page_of("commander"), f"INC-{year}-101"),
        },
        "incidents/words/": {"<slug:key>": "over"},
        "incidents/<ref>/outside/": {
            "<ref>": f"INC-{year}-101",
            "<int:pk>": an_outside_body(manager, f"INC-{year}-101"),
        },
        "incidents/<ref>/runs/": a_procedure_in_use(manager, f"INC-{year}-101"),
        "incidents/<ref>/reopen/": {"<ref>": f"INC-{year}-102"},
        **a_part_in(manager, page_of("commander"), f"INC-{year}-101"),
        "exercises/": {"<ref>": an_exercise(lead), "<int:pk>": ONLY_SENT},
        "reviews/": {"<ref>": review, "<int:number>": "1", "<slug:part>": "questions", "<theme>": theme},
        "reviews/<ref>/records/": {"<ref>": theme, "<int:pk>": ONLY_SENT},
        "reviews/debriefs/": {"<ref>": f"INC-{year}-102"},
        "reviews/observations/": {"<ref>": near_miss},
        "reviews/start/": {"start/": f"start/?release=MNT-{year}-101"},
        "reviews/<ref>/ask/": {"<ref>": review, "<int:pk>": ONLY_SENT},
        "reviews/<ref>/recurrences/": {"<ref>": review, "<int:pk>": ONLY_SENT},
        "reviews/factors/": {"<int:pk>": a_local_factor(lead)},
        "reviews/<ref>/factors/": {"<ref>": review, "<int:pk>": a_factor_of(lead, review)},
    }


def linked_from_letters(page_of: Enter, room: str) -> Values:
    """What stands in the addresses of a room that only a letter leads to; those go out a minute after their cause."""
    return {f"{room}/": {"<str:token>": a_signed_link(page_of("admin"), room)}} if room in LINKED else {}


def a_shared_mailbox(page: Page, area: str) -> None:
    """Letters to an area go there."""
    page.goto(f"/areas/{area}/edit/")
    page.locator("[name=email]").fill(f"{area}@ashcombe.example")
    page.locator("main form button").last.click()
    expect(page.locator("main")).to_contain_text("is changed.")


def work_ahead(page: Page) -> str:
    """Published for next month: its areas are asked whether they are ready."""
    a_notice(page, title="Printer driver update", begins=now() + timedelta(days=30))
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(re.compile(r"/releases/[A-Z]+-\d+-\d+/$"))
    return last_part(page)


def a_step_of(page: Page, release: str) -> str:
    """The number of the first step on the run sheet of a release, which is written here, as its checklist is."""
    page.goto(f"/releases/{release}/ready/")
    if page.get_by_role("button", name="Add the checklist").count():
        page.get_by_role("button", name="Add the checklist").click()
    page.goto(f"/releases/{release}/run/write/")
    page.get_by_label("Steps").fill(
        "10pm, 30, Network team, Take a backup\n10:30pm, 30, , Restart the server"
    )
    page.get_by_role("button", name="Save the run sheet").click()
    return newest(page, f"/releases/{release}/run/", r"/run/(\d+)/skip/$")


def work_that_comes_back(page: Page) -> tuple[str, str]:
    """The number of a series that somebody began, and one of its drafts."""
    a_notice(page, title="Print server patches", begins=now() + timedelta(days=40))
    page.get_by_role("button", name="Repeat").click()
    page.get_by_label("Every 2 weeks").check()
    page.get_by_label("How many times").fill("3")
    page.get_by_role("button", name="Repeat this draft").click()
    page.wait_for_url(re.compile(r"/releases/series/\d+/$"))
    weekly = last_part(page)
    return weekly, newest(page, f"/releases/series/{weekly}/", r"/([A-Z]+-\d+-\d+)/leave-out/$")


def work_that_is_being_checked(page: Page) -> str:
    """Published, started and said to be back within minutes: everybody concerned has messages and mail."""
    a_notice(page, title="Print server restart", begins=now())
    for button in ("Publish", "Start now", "Service is back, being checked"):
        page.get_by_role("button", name=button).click()
    expect(page.locator("main")).to_contain_text("the service is back and being checked")
    return last_part(page)


def a_notice(page: Page, *, title: str, begins: datetime) -> None:
    """The preview of work of 2 hours that waits for a hand."""
    begins = begins.replace(second=0, microsecond=0)
    page.goto(f"/releases/new/?service={SERVICE}&title={title}")
    page.get_by_label("Down (cannot be used)").first.check()
    for name, moment in (("outage_from", begins), ("outage_to", begins + timedelta(hours=2))):
        page.locator(f"[name={name}_date]").fill(date_words(moment))
        page.locator(f"[name={name}_time]").fill(time_words(local(moment)))
    page.locator("[name=contact]").fill("IT service desk, ext 5000")
    page.get_by_text("About the work").click()
    page.get_by_label("Do not start by the clock").check()
    page.get_by_role("button", name="Save and preview").click()


def what_areas_are_asked(page: Page, release: str) -> str:
    """The number of the question that stands under a notice."""
    page.goto(f"/releases/{release}/")
    action = page.locator("form[action^='/ready/calls/']").get_attribute("action")
    assert action
    return action.rstrip("/").rsplit("/", 1)[1]


def a_contact_that_is_asked(page: Page) -> None:
    """A letter asks a practice outside the trust whether it wants to be told."""
    page.goto("/contacts/add/?group=gp-practices")
    page.locator("[name=name]").fill("Reception")
    page.locator("[name=organisation]").fill("Mill Lane Surgery")
    page.locator("[name=email]").fill("reception@mill-lane.example")
    page.locator("main form button").last.click()
    expect(page.locator("main")).to_contain_text("is asked by email")


def a_signed_link(page: Page, does: str) -> str:
    """The signed part of a link in a letter that was caught."""
    page.goto(f"/mail/{newest(page, f'/mail/?q=/{does}/', LETTER)}/")
    found = re.search(rf"/{does}/([^/\s]+)/", page.locator("main").inner_text())
    assert found
    return found[1]


def a_test(page: Page) -> str:
    """A letter to oneself, on its way or there."""
    page.goto("/inbox/choices/")
    page.locator("form[action='/inbox/channels/email/test/'] button").click()
    page.wait_for_url("**/inbox/tests/*/")
    return last_part(page)


def a_program(page: Page) -> str:
    """It would be told of silent jobs, on this machine, where nobody listens."""
    page.goto("/inbox/endpoints/add/")
    page.locator("[name=name]").fill("Bed managers")
    page.locator("[name=channel][value=webhook]").check()
    page.locator("[name=address]").fill("http://127.0.0.1:9/")
    page.locator("[name=kinds]").last.check()
    page.locator("main form button").last.click()
    return newest(page, "/inbox/endpoints/", r"^/inbox/endpoints/(?!add/)([\w-]+)/$")


def an_audience(page: Page) -> str:
    page.goto("/audiences/new/")
    page.get_by_label("Name").fill("Whoever looks after the portal")
    page.locator("details:has([name=people]) > summary").click()
    page.locator("[name=people]").fill("admin")
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/audiences/\d+/"))
    return last_part(page)


def a_near_miss(page: Page) -> str:
    """One that nobody has looked back at."""
    page.goto(f"/reviews/observations/record/?service={SERVICE}&kind=near_miss")
    page.get_by_label("What happened, or nearly happened?").fill("The printer nearly ran dry")
    page.get_by_role("button", name="Record it").click()
    page.wait_for_url(re.compile(r"/observations/OBS-"))
    return last_part(page)


def a_theme(page: Page, near_miss: str) -> str:
    """A near miss and an incident under one theme, that nobody has begun."""
    page.goto("/reviews/themes/new/?q=near")
    page.get_by_label("What do they have in common?").fill("Paper that was at hand")
    page.locator(f"[name=records][value='{near_miss}']").check()
    page.get_by_label("Others, by their references").fill("INC-2024-011")
    page.get_by_role("button", name="Gather them for a review").click()
    page.wait_for_url(re.compile(r"/reviews/REV-"))
    return last_part(page)


def a_review_of(page: Page, incident: str) -> str:
    """A review that is being written."""
    page.goto(f"/reviews/start/?incident={incident}")
    page.get_by_role("button", name="Start the review").click()
    page.wait_for_url(re.compile(r"/reviews/REV-"))
    return last_part(page)


def a_factor_of(page: Page, review: str) -> str:
    page.goto(f"/reviews/{review}/factors/add/")
    page.get_by_label("What was it?").fill("One server carried everything.")
    page.locator("[name=area]").first.check()
    page.get_by_label("It hindered").check()
    page.get_by_role("button", name="Save").click()
    return newest(page, f"/reviews/{review}/", r"/factors/(\d+)/$")


def a_local_factor(page: Page) -> str:
    """The number of a word on the trust's own list."""
    page.goto("/reviews/factors/add/")
    page.get_by_label("What is it called?").fill("One server for everything")
    page.locator("[name=area]").first.check()
    page.get_by_label("Reason").fill("It was seen twice.")
    page.get_by_role("button", name="Add it to the list").click()
    return newest(page, "/reviews/factors/", r"/factors/(\d+)/rename/$")


def a_procedure_in_use(page: Page, incident: str) -> dict[str, str]:
    """Started in the incident's room; its first step is for whoever looks."""
    page.goto(f"/incidents/{incident}/room/")
    page.get_by_role("button", name="Start: ").first.click()
    page.locator("#panel-procedures a[href*='/runs/']").first.click()
    page.wait_for_url(re.compile(r"/runs/\d+/$"))
    step = newest(page, page.url, r"/steps/(\d+)/done/$")
    return {"<ref>": incident, "<int:pk>": last_part(page), "<int:step>": step}


def asked_to_write(page: Page, review: str) -> None:
    """Whoever holds the review is asked to write for it too."""
    page.goto(f"/reviews/{review}/ask/")
    page.get_by_label("Continuity lead").first.check()
    page.get_by_role("button", name="Save, and ask them").click()
    page.wait_for_url(f"**/reviews/{review}/")


def a_meeting_of(page: Page, review: str) -> None:
    """The review's meeting, which began two hours ago, with whoever holds the review."""
    page.goto(f"/reviews/{review}/meeting/set/")
    for name, instant in (("starts_at", now() - timedelta(hours=2)), ("ends_at", now() - timedelta(hours=1))):
        page.locator(f"[name={name}_date]").fill(date_words(local_day(instant)))
        page.locator(f"[name={name}_time]").fill(time_words(instant))
    page.get_by_label("Place").fill("Seminar room 2")
    page.get_by_role("button", name="Save, and send invitations").click()
    page.wait_for_url(f"**/reviews/{review}/meeting/")


def an_action_of(page: Page, review: str) -> None:
    """The review's first action, proposed to its author."""
    page.goto(f"/reviews/{review}/actions/add/")
    page.get_by_label("What will be done?").fill("Add a second server")
    page.locator("[name=owner]").select_option("lead")
    page.locator("[name=due_on]").fill(date_words(local_day(now()) + timedelta(days=30)))
    page.locator("[name=strength]").first.check()
    page.get_by_label("How will we know?").fill("Both servers answer")
    page.locator("main form button").last.click()
    expect(page.locator("main")).to_contain_text("The action is proposed to its owner.")


def a_service_hit_by(page: Page, incident: str) -> str:
    """The key of an incident's service that is not back."""
    page.goto(f"/incidents/{incident}/services/")
    address = page.locator("form[action$='/back/']").first.get_attribute("action")
    assert address
    return address.split("/")[-3]


def a_draft_of(page: Page, procedure: str) -> str:
    """The number of a procedure's version that is being written."""
    page.goto(f"/plans/{procedure}/")
    page.get_by_role("button", name="Draft the next version").click()
    page.wait_for_url(re.compile(rf"/plans/{procedure}/\d+/"))
    found = re.search(r"/(\d+)/", page.url.split("/plans/")[1])
    assert found
    return found[1]


def a_report(page: Page, *, of: str) -> str:
    """What a ward reported of a service."""
    page.goto(f"/incidents/report/?area={AREA}&service={of}")
    page.get_by_label("What is wrong?").fill("It stops again and again")
    page.get_by_role("button", name="Report the problem").click()
    page.wait_for_url(re.compile(r"/incidents/report/.+/"))
    return last_part(page)


def a_situation_report(page: Page, incident: str) -> str:
    """The number of a report up the chain of command."""
    page.goto(f"/incidents/{incident}/report-up/methane/")
    page.get_by_label("Who authorised it?").fill("Strategic commander")
    page.get_by_role("button", name="Authorise the report").click()
    page.wait_for_url(re.compile(r"/sitreps/\d+/$"))
    return last_part(page)


def an_outside_body(page: Page, incident: str) -> str:
    """The number of somebody outside who waits to be told."""
    page.goto(f"/incidents/{incident}/outside/")
    page.get_by_label("Who must be told?").fill("Network supplier")
    page.get_by_label("Why?").fill("They look after the switches")
    page.get_by_role("button", name="Add to the list").click()
    return newest(page, f"/incidents/{incident}/room/", r"/outside/(\d+)/told/")


def a_part_in(page: Page, commander: Page, incident: str) -> Values:
    """A role that somebody holds in an incident and hands over to the commander, who is offered another one."""
    at = f"/incidents/{incident}/"
    page.goto(f"{at}roles/supplier/take/")
    page.get_by_role("button", name="Take this role").click()
    page.wait_for_url(f"**{at}room/")
    held = newest(page, f"{at}room/", r"/held/(\d+)/hand-over/$")
    for form, press in (("roles/deputy/offer/", "Offer the role"), (f"held/{held}/hand-over/", "Hand over")):
        page.goto(f"{at}{form}")
        person = page.locator("[name=to] option", has_text="commander").first.get_attribute("value")
        page.locator("[name=to]").select_option(person)
        page.get_by_role("button", name=press).click()
        page.wait_for_url(f"**{at}room/")
    waiting = {
        name: newest(commander, "/incidents/", rf"/{name}/(\d+)/$") for name in ("offers", "handovers")
    }
    numbers = {"held": held, **waiting}
    return {f"incidents/<ref>/{name}/": {"<ref>": incident, "<int:pk>": pk} for name, pk in numbers.items()}


def an_exercise(page: Page) -> str:
    page.goto("/exercises/plan/")
    page.get_by_label("Title").fill("Wi-Fi lost at night")
    page.locator("[name=kind]").first.check()
    page.locator("[name=held_on]").fill(date_words(local_day(now()) + timedelta(days=30)))
    page.get_by_role("button", name="Plan the exercise").click()
    page.wait_for_url(re.compile(r"/exercises/EXE-"))
    return last_part(page)


def a_shift(page: Page) -> str:
    """A shift that can be ended."""
    return newest(page, "/rota/posts/duty-it-manager/", r"/shifts/(\d+)/end/$")


def newest(page: Page, listing: str, address: str) -> str:
    """What stands in the first address of that kind on a page, which may be there a moment later."""
    found: list[str] = []

    def is_there() -> bool:
        shown = page.request.get(listing).text().partition("<main")[2]
        links = [unescape(link) for link in re.findall(r'<a [^>]*?href="([^"]+)"', shown)]
        found.extend(match[1] for link in links if (match := re.search(address, link)))
        if not found:
            page.wait_for_timeout(LOOK_AGAIN_MS)
        return bool(found)

    assert wait_until(is_there, within=PATIENCE), f"{listing} leads to no {address}"
    return found[0]


def last_part(page: Page) -> str:
    return page.url.rstrip("/").rsplit("/", 1)[1]
