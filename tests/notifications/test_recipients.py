"""Who is told, against a plain model of it in Python: one query finds exactly those, each once a channel."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection

from continuity.accounts.models import Role, User
from continuity.catalogue.models import Area, Dependency, Team
from continuity.notifications.audience import ADDRESSED, Audience
from continuity.notifications.models import (
    AudienceList,
    Contact,
    Delivery,
    Endpoint,
    Group,
    Kind,
    Message,
    Preference,
    RoleDefault,
    Subscription,
)
from tests.factories import (
    STORY_BEGINS,
    AreaFactory,
    ServiceFactory,
    SiteFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
# A recipient's sort and primary key, and the channel.
Told = set[tuple[str, int, str]]
KINDS = (Kind.PLANNED_WORK, Kind.INCIDENT)
CHANNELS = ("portal", "email", "sms")
SUBJECT = "release REL-2024-001"


@dataclass
class World:
    """Everything that decides who is told, as the model reads it; things stand by their primary keys."""

    needs: set[tuple[int, int]] = field(default_factory=set)  # a service, and what it needs
    site_of: dict[int, int] = field(default_factory=dict)
    uses: set[tuple[int, int]] = field(default_factory=set)  # an area, and a service
    holds: set[tuple[int, int]] = field(default_factory=set)  # a person, and a role
    members: set[tuple[int, int]] = field(default_factory=set)  # a team, and a person
    gone: set[int] = field(default_factory=set)
    chosen: set[int] = field(default_factory=set)
    # Sort of subscriber, its key, kind, channel, severity, service or None, area or None.
    wishes: list[tuple[str, int, Kind, str, int, int | None, int | None]] = field(default_factory=list)
    defaults: list[tuple[int, Kind, str, int]] = field(default_factory=list)
    in_group: set[tuple[int, int]] = field(default_factory=set)  # a group, and a contact
    with_mobile: set[int] = field(default_factory=set)
    stopped: set[int] = field(default_factory=set)
    told: Told = field(default_factory=set)


def model(world: World, audience: Audience, kind: Kind, severity: int) -> Told:
    """Who is told, said as plainly as possible."""
    touched = audience.services | {one for one, other in world.needs if other in audience.services}
    users = {area for area, service in world.uses if service in touched}
    hit = {area for area, site in world.site_of.items() if area in audience.areas or site in audience.sites}
    hit |= users if audience.tells_areas else set()
    told: Told = {("area", area, "email") for area in hit}
    if audience.subscribers:
        for sort, key, wanted, channel, down_to, service, area in world.wishes:
            is_near = service in touched or area in hit | users or service is area is None
            if wanted == kind and down_to >= severity and is_near:
                told.add((sort, key, channel))
        for role, wanted, channel, down_to in world.defaults:
            if wanted == kind and down_to >= severity:
                followers = {person for person, held in world.holds if held == role} - world.chosen
                told |= {("person", person, channel) for person in followers}
    named = set(audience.people)
    named |= {person for person, role in world.holds if role in audience.roles}
    named |= {person for team, person in world.members if team in audience.teams}
    told |= {("person", person, channel) for person in named for channel in ("portal", "email")}
    for group, contact in world.in_group:
        if group in audience.groups:
            told.add(("contact", contact, "email"))
            told |= {("contact", contact, "sms")} & {("contact", c, "sms") for c in world.with_mobile}
    if audience.told_about:
        told = told - world.told if audience.only_untold else told | world.told
    gone = {("person", key) for key in world.gone} | {("contact", key) for key in world.stopped}
    return {(sort, key, channel) for sort, key, channel in told if (sort, key) not in gone}


def found(audience: Audience, kind: Kind, severity: int | None = None) -> list[tuple[str, int, str]]:
    """Who is told by the query, in any order; a recipient that came twice stands twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT person_id, area_id, contact_id, endpoint_id, channel FROM ({ADDRESSED}) r",  # noqa: S608
            audience.parameters(kind, severity=severity),
        )
        rows = cursor.fetchall()
    sorts = ("person", "area", "contact", "endpoint")
    return [
        next((sort, key, channel) for sort, key in zip(sorts, keys, strict=True) if key)
        for *keys, channel in rows
    ]


@pytest.mark.parametrize("seed", range(40))
def test_the_query_finds_whom_the_model_finds_each_once(seed: int) -> None:
    chance = Random(seed)
    world, things = build(chance)
    for _ in range(8):
        named: dict[str, Any] = {name: frozenset(some(chance, keys)) for name, keys in things.items()}
        audience = Audience(
            **named,
            told_about=chance.choice(["", SUBJECT]),
            tells_areas=chance.random() < 0.5,
            subscribers=chance.random() < 0.8,
        )
        audience = replace(audience, only_untold=bool(audience.told_about) and chance.random() < 0.5)
        kind, severity = chance.choice(KINDS), chance.choice([None, 1, 2, 3, 4])

        told = found(audience, kind, severity)

        assert set(told) == model(world, audience, kind, severity or 0)
        assert len(told) == len(set(told))


def test_lists_widen_an_audience_by_all_they_name(django_assert_num_queries: Any) -> None:
    chance = Random(7)
    _, things = build(chance)
    lists = [AudienceList.objects.create(name=f"List {number}") for number in range(3)]
    for number, (name, keys) in enumerate(things.items()):
        getattr(lists[number % 3], name).set(keys)

    # everything on all of them at once
    with django_assert_num_queries(1):
        wider = Audience(people=frozenset({things["people"][0]})).and_those_on(lists)

    assert {name: getattr(wider, name) for name in things} == {
        name: frozenset(keys) for name, keys in things.items()
    }
    assert Audience().and_those_on([]) == Audience()


def build(chance: Random) -> tuple[World, dict[str, list[int]]]:
    """A random small trust, written to the database and to the model; and what an audience may name."""
    world = World()
    services = keys_of(ServiceFactory.create_batch(4))
    sites = keys_of(SiteFactory.create_batch(2))
    areas = keys_of(AreaFactory.create(site_id=chance.choice(sites)) for _ in range(4))
    roles = keys_of(Role.objects.order_by("pk")[:3])
    teams = keys_of(TeamFactory.create_batch(2))
    people = keys_of(UserFactory.create_batch(7))
    groups = keys_of(Group.objects.create(key=f"group-{n}", name=f"Group {n}") for n in range(2))
    world.site_of = dict(Area.objects.filter(pk__in=areas).values_list("pk", "site"))
    world.needs = {pair for pair in pairs(chance, services, services) if pair[0] > pair[1]}
    Dependency.objects.bulk_create(Dependency(service_id=one, on_id=other) for one, other in world.needs)
    world.uses = join(Area.services.through, "area", "service", pairs(chance, areas, services))
    world.holds = join(User.roles.through, "user", "role", pairs(chance, people, roles))
    world.members = join(Team.members.through, "team", "user", pairs(chance, teams, people))
    world.gone = set(some(chance, people, 0.2))
    User.objects.filter(pk__in=world.gone).update(is_active=False)
    world.chosen = set(some(chance, people, 0.5))
    _prefer(world, people, chance)
    _default(world, roles, chance)
    contacts = _contacts(world, groups, chance)
    _wish(world, people, services, areas, chance)
    _tell(world, people, areas, contacts, chance)
    named = [services, sites, areas, roles, teams, people, groups]
    names = ("services", "sites", "areas", "roles", "teams", "people", "groups")
    return world, dict(zip(names, named, strict=True))


def keys_of(things: Iterable[Any]) -> list[int]:
    return [thing.pk for thing in things]


def some(chance: Random, keys: list[int], share: float = 0.3) -> list[int]:
    return [key for key in keys if chance.random() < share]


def pairs(chance: Random, ones: list[int], others: list[int]) -> set[tuple[int, int]]:
    return {(one, other) for one in ones for other in some(chance, others)}


def join(table: Any, one: str, other: str, joined: set[tuple[int, int]]) -> set[tuple[int, int]]:
    table.objects.bulk_create(table(**{f"{one}_id": a, f"{other}_id": b}) for a, b in joined)
    return joined


def _prefer(world: World, people: list[int], chance: Random) -> None:
    """Whoever has chosen says when; of the others some have a row that says nothing yet."""
    undecided = set(some(chance, people, 0.5)) - world.chosen
    Preference.objects.bulk_create(
        Preference(person_id=key, chosen_at=STORY_BEGINS if key in world.chosen else None)
        for key in world.chosen | undecided
    )


def _default(world: World, roles: list[int], chance: Random) -> None:
    RoleDefault.objects.all().delete()
    ways = [(role, kind, channel) for role in roles for kind in KINDS for channel in CHANNELS]
    world.defaults = [(*way, chance.randint(1, 4)) for way in ways if chance.random() < 0.3]
    RoleDefault.objects.bulk_create(
        RoleDefault(role_id=role, kind=kind, channel=channel, severity=severity)
        for role, kind, channel, severity in world.defaults
    )


def _contacts(world: World, groups: list[int], chance: Random) -> list[int]:
    contacts = [
        Contact.objects.create(
            name=f"Practice manager {n}",
            email=f"practice-{n}@gp.example",
            mobile=chance.choice(["", f"0770090012{n}"]),
            agreed_at=STORY_BEGINS,
            stopped_at=chance.choice([None, None, STORY_BEGINS]),
        )
        for n in range(4)
    ]
    world.with_mobile = {each.pk for each in contacts if each.mobile}
    world.stopped = {each.pk for each in contacts if each.stopped_at}
    table = Contact.groups.through
    world.in_group = join(table, "group", "contact", pairs(chance, groups, keys_of(contacts)))
    return keys_of(contacts)


def _wish(world: World, people: list[int], services: list[int], areas: list[int], chance: Random) -> None:
    endpoint = Endpoint.objects.create(
        key="teams", name="Operations room", channel="teams", address="https://teams.example/hook"
    )
    subscribers = [("person", key, CHANNELS) for key in people] + [("endpoint", endpoint.pk, ("teams",))]
    places = [(None, None), *((key, None) for key in services), *((None, key) for key in areas)]
    for sort, key, channels in subscribers:
        for kind in KINDS:
            for channel in channels:
                for service, area in places:
                    if chance.random() < 0.06:
                        world.wishes.append((sort, key, kind, channel, chance.randint(1, 4), service, area))
    Subscription.objects.bulk_create(
        Subscription(
            **{f"{sort}_id": key, "kind": kind, "channel": channel, "severity": severity},
            service_id=service,
            area_id=area,
        )
        for sort, key, kind, channel, severity, service, area in world.wishes
    )


def _tell(world: World, people: list[int], areas: list[int], contacts: list[int], chance: Random) -> None:
    """What was said before: to some long ago, to all told then, since to those not told, to the owner alone."""
    some_were = {("person", key, chance.choice(CHANNELS)) for key in some(chance, people)}
    some_were |= {("area", key, "email") for key in some(chance, areas)}
    some_were |= {("contact", key, "email") for key in some(chance, contacts)}
    since = {("person", key, "portal") for key in some(chance, people)} - some_were
    owner = {("person", chance.choice(people), "sms")}
    _said("release:1:published", {("person", people[0], "sms")}, is_to_all=True)
    _said("release:1:changed", some_were, is_to_all=True)
    _said("release:1:added", since, is_to_untold=True)
    _said("release:1:nudge", owner)
    _said("release:1:muted", set(), is_to_all=True, is_muted=True)
    taken_back = next(iter(sorted(some_were)), None)
    if taken_back:
        sort, key, channel = taken_back
        Delivery.objects.filter(**{f"{sort}_id": key, "channel": channel}).update(state="withdrawn")
    world.told = (some_were | since) - {taken_back}


def _said(key: str, told: Told, **also: bool) -> None:
    kind, ref = SUBJECT.split(" ")
    message = Message.objects.create(
        key=key,
        kind=Kind.PLANNED_WORK,
        subject_kind=kind,
        subject_ref=ref,
        title="e-RS",
        body="",
        url="/",
        created_at=STORY_BEGINS - timedelta(days=1),
        **also,
    )
    Delivery.objects.bulk_create(
        Delivery(message=message, channel=channel, state="sent", due_at=STORY_BEGINS, **{f"{sort}_id": who})
        for sort, who, channel in told
    )
