"""How many queries each page takes: as an administrator, as nobody on a trusted network, and what they read.

A page for people with an account has None for nobody. The words name what is read beyond `PERSON` and `BANNER`,
each query by the table it asks first (`services x 2`: two queries of services); `+evidence` writes evidence.
"""

from collections import Counter

# Where somebody is logged in: the session, the person, what their roles let them do, their messages not read.
PERSON = Counter({"sessions": 1, "users": 1, "roles": 1, "deliveries": 1})
# On every page under the header: planned work and failures, as long as no newsroom keeps them for the process.
BANNER = Counter({"releases": 1, "incidents": 1})

COUNTS: dict[str, tuple[int, int | None, str]] = {
    # The board
    "": (
        15,
        8,
        "services, releases, incidents, vouches, heartbeats, areas, deliveries, pulses, escalations",
    ),
    "wall/": (12, 8, "services, releases, incidents, vouches, heartbeats, areas"),
    "live/": (8, 6, "services, vouches, heartbeats, areas"),
    "areas/<slug:key>/": (12, 8, "services, releases, incidents, vouches, heartbeats, areas"),
    # The catalogue
    "services/": (9, 5, "services, sites, teams"),
    "services/, searched": (10, 6, "sites x 2, services, teams"),
    "services/<slug:key>/": (
        34,
        28,
        "services x 6, areas x 2, releases x 3, incidents x 2, vouches, heartbeats, versions, "
        "steps, disruptions x 3, impacts, instructions x 2, dependencies x 2, policies, reviews, actions",
    ),
    "services/<slug:key>/edit/": (8, None, "services, teams"),
    "services/<slug:key>/needs/": (9, None, "services x 2, dependencies"),
    "areas/": (8, 4, "areas, sites"),
    "areas/, searched": (8, 4, "areas, sites"),
    "areas/<slug:key>/edit/": (10, None, "areas, services x 2, sites"),
    "teams/": (7, 3, "teams"),
    "teams/<slug:key>/": (9, 4, "users, teams, services"),
    "teams/<slug:key>/edit/": (9, None, "users x 2, teams"),
    "sites/<slug:key>/edit/": (7, None, "sites"),
    "add/service/": (8, None, "sites, teams"),
    "add/area/": (9, None, "sites x 2, services"),
    "add/team/": (8, None, "users, sites"),
    "add/usage/": (7, None, "services"),
    "add/site/": (7, None, "sites"),
    # Messages
    "inbox/": (8, None, "deliveries x 2"),
    "inbox/choices/": (10, None, "preferences, subscriptions, services, areas"),
    "inbox/undelivered/": (8, None, "deliveries x 2"),
    "inbox/<int:pk>/": (8, None, "deliveries, +deliveries"),
    "inbox/roles/": (8, None, "roles, role defaults"),
    "inbox/roles/<slug:code>/": (8, None, "roles, role defaults"),
    "inbox/channels/": (
        20,
        None,
        "deliveries x 2, endpoints, channel health x 2, services x 3, pulses, releases, incidents, "
        "vouches, heartbeats, areas",
    ),
    "inbox/channels/<slug:channel>/": (9, None, "channel health, services x 2"),
    "inbox/tests/<int:pk>/": (9, None, "deliveries x 2, pulses"),
    "inbox/endpoints/": (8, None, "endpoints, deliveries"),
    "inbox/endpoints/add/": (7, None, "services"),
    "inbox/endpoints/<slug:key>/": (9, None, "endpoints, subscriptions, deliveries"),
    "inbox/endpoints/<slug:key>/edit/": (9, None, "endpoints, services, subscriptions"),
    "inbox/words/": (8, None, "messages x 2"),
    "ready/calls/<int:pk>/": (9, 5, "calls x 2, confirmations"),
    "ready/areas/<slug:key>/": (8, 4, "areas, confirmations"),
    "ready/<str:token>/": (9, 5, "deliveries, calls, confirmations"),
    "audiences/": (9, None, "audience lists x 2, hand-written"),
    "audiences/new/": (12, None, "roles, services, sites, areas, teams, groups"),
    "audiences/<int:pk>/": (
        25,
        None,
        "users, roles x 2, audience lists x 2, services x 3, sites x 2, areas x 2, teams x 2, "
        "groups x 2, audiencelist-service relationships, hand-written x 2",
    ),
    "audiences/<int:pk>/remove/": (7, None, "audience lists"),
    "contacts/": (10, None, "contacts x 2, groups x 2"),
    "contacts/add/": (7, None, "groups"),
    "contacts/<int:pk>/": (9, None, "contacts, groups x 2"),
    "contacts/groups/add/": (6, None, ""),
    "contacts/groups/<slug:key>/": (7, None, "groups"),
    "agree/<str:token>/": (8, 4, "deliveries, groups"),
    "stop/<str:token>/": (8, 4, "deliveries, groups"),
    "mail/": (6, None, ""),
    "mail/<str:name>/": (6, None, ""),
    # People
    "accounts/login/": (6, 2, ""),
    "accounts/password/": (6, None, ""),
    "accounts/people/": (9, None, "users x 2, roles"),
    "accounts/people/new/": (7, None, "roles"),
    "accounts/people/<str:username>/": (9, None, "users, roles x 2"),
    # Who is on call
    "rota/": (11, 3, "rotas x 3, shifts, overrides"),
    "rota/add/": (7, None, "command roles"),
    "rota/chains/": (
        15,
        None,
        "users, shifts, overrides, rotas, chains, chain versions, chain levels, deliveries, hand-written",
    ),
    "rota/chains/<slug:cause>/edit/": (
        11,
        None,
        "chains, chain versions, chain levels, command roles, rotas",
    ),
    "rota/posts/<slug:key>/": (
        16,
        None,
        "users, rotas x 3, shifts x 2, overrides, swaps, deliveries, hand-written",
    ),
    "rota/posts/<slug:key>/edit/": (8, None, "rotas, command roles"),
    "rota/posts/<slug:key>/shifts/add/": (10, None, "users, rotas, shifts, overrides"),
    "rota/posts/<slug:key>/shifts/<int:pk>/swap/": (9, None, "users, shifts x 2"),
    "rota/posts/<slug:key>/stand-ins/add/": (8, None, "users, rotas"),
    "rota/posts/<slug:key>/shifts/<int:pk>/end/": (7, None, "shifts"),
    # Procedures
    "plans/": (10, 5, "versions x 2, services x 2"),
    "plans/, searched": (10, 5, "versions x 2, services x 2"),
    "plans/add/procedure/": (8, None, "services, teams"),
    "plans/<slug:key>/": (11, 6, "procedures, versions, services, steps, actions"),
    "plans/<slug:key>/print/": (8, 4, "versions, steps"),
    "plans/<slug:key>/edit/": (10, None, "procedures, services x 2, teams"),
    "plans/<slug:key>/<int:number>/": (
        18,
        None,
        "users, versions, releases x 2, incidents, steps, services, dependencies, disruptions, "
        "reviews, sections, actions",
    ),
    "plans/<slug:key>/<int:number>/, published": (9, 4, "users, versions, steps"),
    "plans/<slug:key>/<int:number>/edit/": (8, None, "versions, steps"),
    # Planned work
    "releases/": (
        35,
        21,
        "services x 11, releases x 6, disruptions x 5, instructions x 5, policies, freezes",
    ),
    "releases/, narrowed down": (
        28,
        18,
        "services x 7, releases x 7, disruptions x 3, instructions x 3, policies, freezes",
    ),
    "releases/calendar/": (
        16,
        12,
        "services x 3, sites, areas, releases, disruptions, instructions, policies, freezes",
    ),
    "releases/busy-times/": (7, None, "busy times"),
    "releases/busy-times/<int:pk>/": (7, None, "busy times"),
    "releases/freezes/": (7, None, "freezes"),
    "releases/freezes/<str:ref>/": (7, None, "freezes"),
    "releases/new/": (14, None, "roles, services x 2, audience lists, sites, areas, teams, groups"),
    "releases/new/, of a service": (
        23,
        None,
        "roles, services x 3, releases x 2, incidents, dependencies, disruptions, reviews, sections, "
        "actions, audience lists, sites, areas, teams, groups",
    ),
    "releases/weigh/": (7, None, "services"),
    "releases/weigh/, with times": (
        20,
        None,
        "services x 2, policies, dependencies, usage, releases, disruptions x 3, "
        "release-service relationships, freezes, busy times, area-service relationships, incidents",
    ),
    "releases/<str:ref>/": (
        24,
        15,
        "releases, disruptions, services x 2, instructions, approvals, policies, versions, updates, "
        "extensions, calls, audience lists, messages, opinions, incidents, evidence, reviews, "
        "actions",
    ),
    "releases/<str:ref>/, announced": (
        25,
        16,
        "releases, disruptions, services x 2, instructions, approvals, policies, versions, updates, "
        "extensions, calls, confirmations, audience lists, messages, opinions, incidents, evidence, reviews, "
        "actions",
    ),
    "releases/<str:ref>/, ended": (
        27,
        15,
        "releases, disruptions, services x 2, instructions, approvals, policies, versions, updates, "
        "extensions x 2, calls, audience lists, messages, opinions, incidents x 2, evidence, reviews, "
        "recurrences, actions",
    ),
    "releases/<str:ref>/, a draft": (
        53,
        None,
        "releases x 6, disruptions x 4, services x 5, instructions, approvals, policies x 2, versions "
        "x 2, audience lists x 2, hand-written x 2, dependencies x 2, usage, release-service "
        "relationships, freezes x 2, busy times, area-service relationships, teams x 2, opinions, "
        "incidents x 3, vouches, heartbeats, areas, channel health, reviews, sections, actions, "
        "evidence",
    ),
    "releases/<str:ref>/edit/": (
        28,
        None,
        "roles, releases x 3, disruptions x 2, services x 4, instructions, audience lists x 2, "
        "incidents, dependencies, reviews, sections, actions, sites, areas, teams, groups",
    ),
    "releases/<str:ref>/extend/": (11, None, "releases, disruptions, services x 2, instructions"),
    "releases/<str:ref>/not-back/": (11, None, "releases, disruptions, services x 2, instructions"),
    "releases/<str:ref>/complete/": (
        13,
        None,
        "releases, disruptions x 2, services x 2, instructions, extensions",
    ),
    "releases/<str:ref>/roll-back/": (
        13,
        None,
        "releases, disruptions x 2, services x 2, instructions, extensions",
    ),
    "releases/<str:ref>/cancel/": (11, None, "releases, disruptions, services x 2, instructions"),
    "releases/<str:ref>/postpone/": (11, None, "releases, disruptions, services x 2, instructions"),
    "releases/<str:ref>/update/": (11, None, "releases, disruptions, services x 2, instructions"),
    "releases/<str:ref>/told/": (
        16,
        None,
        "releases, disruptions, services x 2, instructions, deliveries x 2, messages x 2, calls",
    ),
    "releases/<str:ref>/told/now/": (
        13,
        None,
        "disruptions, services x 2, instructions, deliveries, messages x 2, calls",
    ),
    "releases/<str:ref>/ready/": (
        16,
        None,
        "releases, disruptions, services x 2, instructions, go decisions, checks, calls, versions, run steps",
    ),
    "releases/<str:ref>/run/": (
        13,
        None,
        "releases, disruptions, services x 2, instructions, go decisions, run steps",
    ),
    "releases/<str:ref>/run/now/": (9, None, "disruptions, services x 2, instructions, run steps"),
    "releases/<str:ref>/run/write/": (
        12,
        None,
        "releases, disruptions, services x 2, instructions, run steps",
    ),
    "releases/<str:ref>/run/<int:pk>/skip/": (
        12,
        None,
        "releases, disruptions, services x 2, instructions, run steps",
    ),
    "releases/<str:ref>/run/<int:pk>/note/": (
        12,
        None,
        "releases, disruptions, services x 2, instructions, run steps",
    ),
    "releases/series/": (7, None, "series"),
    "releases/series/<int:pk>/": (10, None, "series, series exceptions, releases, disruptions"),
    "releases/series/<int:pk>/publish/": (8, None, "series, releases"),
    "releases/series/<int:pk>/end/": (7, None, "series"),
    "releases/<str:ref>/repeat/": (11, None, "releases, disruptions, services x 2, instructions"),
    "releases/<str:ref>/leave-out/": (11, None, "releases, disruptions, services x 2, instructions"),
    "releases/<str:ref>/move-following/": (11, None, "releases, disruptions, services x 2, instructions"),
    "releases/<str:ref>/words/": (12, None, "releases, disruptions, services x 2, instructions, versions"),
    "releases/rules/": (7, None, "policies"),
    "releases/rules/<int:tier>/": (7, None, "policies"),
    "releases/<str:ref>/versions/": (
        13,
        None,
        "releases, disruptions, services x 3, instructions, versions",
    ),
    "releases/<str:ref>/approve/": (
        16,
        None,
        "releases, disruptions, services x 2, instructions, approvals x 2, opinions, versions x 2",
    ),
    "releases/<str:ref>/send-back/": (11, None, "releases, disruptions, services x 2, instructions"),
    "releases/<str:ref>/comment/": (11, None, "releases, disruptions, services x 2, instructions"),
    "releases/<str:ref>/, in review": (
        54,
        None,
        "releases x 6, disruptions x 5, services x 5, instructions, approvals x 2, policies x 2, "
        "versions x 3, audience lists x 2, hand-written x 2, dependencies x 2, usage, release-service "
        "relationships, freezes x 2, busy times, area-service relationships, opinions, incidents x 3, "
        "vouches, heartbeats, areas, channel health, reviews, sections, actions, evidence",
    ),
    "releases/<str:ref>/versions/, compared": (
        13,
        None,
        "releases, disruptions, services x 3, instructions, versions",
    ),
    # Incidents
    "incidents/": (
        16,
        8,
        "incidents x 3, reports, role assignments, handovers, escalations, services, impacts x 2",
    ),
    "incidents/, narrowed down": (
        17,
        9,
        "services x 2, incidents x 3, reports, role assignments, handovers, escalations, impacts x 2",
    ),
    "incidents/declare/": (10, None, "releases, services x 3"),
    "incidents/declare/, of a service": (12, None, "releases x 2, services x 3, incidents"),
    "incidents/words/": (7, None, "update templates"),
    "incidents/words/<slug:key>/": (7, None, "update templates"),
    "incidents/report/": (11, 7, "areas x 2, services x 2, rotas"),
    "incidents/report/, of a service": (
        14,
        10,
        "areas x 2, services x 2, dependencies, incidents, disruptions, versions",
    ),
    "incidents/report/<token>/": (12, 8, "reports x 2, dependencies, incidents, disruptions, versions"),
    "incidents/reports/": (8, None, "incidents, reports"),
    "incidents/<ref>/": (
        39,
        7,
        "incidents x 3, impacts x 2, updates x 4, severity rules x 2, follows, role assignments x 2, "
        "entries x 3, lines, words, severity changes, second looks, outside bodies, releases x 2, "
        "escalations, update templates, versions, dependencies, disruptions, reviews, sections, "
        "actions, reports",
    ),
    "incidents/<ref>/, ended": (
        24,
        8,
        "incidents x 2, impacts, updates x 2, severity rules, area stand downs, follows, role assignments, "
        "entries x 3, lines, words, hot debriefs, reviews, recurrences, reports",
    ),
    "incidents/<ref>/room/": (
        42,
        None,
        "roles, incidents, role assignments x 3, severity changes x 2, second looks x 2, outside bodies x 2, "
        "impacts x 3, escalations, escalation calls, chain levels, command roles, handovers x 2, "
        "rotas, severity rules, snoozes, updates x 2, area stand downs, runs, step runs, "
        "versions, sitreps, entries x 4, lines, words",
    ),
    "incidents/<ref>/room/parts/": (
        39,
        None,
        "roles, role assignments x 3, severity changes x 2, second looks x 2, outside bodies x 2, "
        "impacts x 3, escalations, escalation calls, chain levels, command roles, handovers x 2, "
        "rotas, severity rules, snoozes, updates x 2, area stand downs, runs, step runs, "
        "versions, sitreps, entries x 4, lines, words",
    ),
    "incidents/<ref>/timeline/": (14, None, "incidents, entries x 4, lines, words, updates"),
    "incidents/<ref>/timeline.csv": (10, None, "entries x 3, lines, words, updates"),
    "incidents/<ref>/timeline.pdf": (10, None, "entries x 3, lines, words, updates"),
    "incidents/<ref>/runs/<int:pk>/": (10, None, "incidents, runs, step runs, versions"),
    "incidents/<ref>/runs/<int:pk>/now/": (6, None, "runs, step runs"),
    "incidents/<ref>/runs/<int:pk>/abandon/": (9, None, "incidents, runs, step runs"),
    "incidents/<ref>/runs/<int:pk>/steps/<int:step>/done/": (8, None, "incidents, step runs"),
    "incidents/<ref>/runs/<int:pk>/steps/<int:step>/not-done/": (8, None, "incidents, step runs"),
    "incidents/<ref>/runs/<int:pk>/steps/<int:step>/take-back/": (8, None, "incidents, step runs"),
    "incidents/<ref>/rest/": (10, None, "incidents, severity rules x 2, snoozes"),
    "incidents/<ref>/updates/<int:number>/wrong/": (8, None, "incidents, updates"),
    "incidents/<ref>/outside/": (7, None, "incidents"),
    "incidents/<ref>/outside/<int:pk>/told/": (8, None, "incidents, outside bodies"),
    "incidents/<ref>/outside/<int:pk>/spare/": (8, None, "incidents, outside bodies"),
    "incidents/<ref>/report-up/<slug:shape>/": (
        12,
        None,
        "incidents, impacts, updates, areas, role assignments, outside bodies",
    ),
    "incidents/<ref>/sitreps/<int:number>/": (8, None, "incidents, sitreps"),
    "incidents/<ref>/update/": (
        12,
        None,
        "incidents, update templates, updates x 2, severity rules, versions",
    ),
    "incidents/<ref>/part-of/": (8, None, "incidents x 2"),
    "incidents/<ref>/planned-work/": (8, None, "incidents, releases"),
    "incidents/<ref>/services/": (9, None, "incidents, impacts, services"),
    "incidents/<ref>/fixed/": (8, None, "incidents, update templates"),
    "incidents/<ref>/restored/": (8, None, "incidents, update templates"),
    "incidents/<ref>/stand-down/": (9, None, "incidents, update templates, safety agreements"),
    "incidents/<ref>/mitigated/": (7, None, "incidents"),
    "incidents/<ref>/agreed/": (7, None, "incidents"),
    "incidents/<ref>/areas/": (9, None, "incidents, area stand downs, safety agreements"),
    "incidents/<ref>/services/<int:pk>/no-run/": (8, None, "incidents, impacts"),
    "incidents/<ref>/reopen/": (7, None, "incidents"),
    "incidents/<ref>/duplicate/": (8, None, "incidents x 2"),
    "incidents/<ref>/cancel/": (7, None, "incidents"),
    "incidents/<ref>/entry/": (10, None, "incidents, entries x 2, role assignments"),
    "incidents/<ref>/roles/<slug:code>/take/": (8, None, "incidents, command roles"),
    "incidents/<ref>/roles/<slug:code>/offer/": (
        12,
        None,
        "users x 2, incidents, command roles x 2, role assignments",
    ),
    "incidents/<ref>/offers/<int:pk>/": (8, None, "incidents, role assignments"),
    "incidents/<ref>/offers/<int:pk>/decline/": (8, None, "incidents, role assignments"),
    "incidents/<ref>/held/<int:pk>/release/": (8, None, "incidents, role assignments"),
    "incidents/<ref>/held/<int:pk>/hand-over/": (
        19,
        None,
        "users, incidents, role assignments x 3, command roles, updates, impacts x 2, entries, "
        "severity changes, second looks, outside bodies",
    ),
    "incidents/<ref>/held/<int:pk>/by-phone/": (9, None, "users, incidents, role assignments"),
    "incidents/<ref>/held/<int:pk>/force/": (
        11,
        None,
        "users, incidents, role assignments x 2, command roles",
    ),
    "incidents/<ref>/handovers/<int:pk>/": (8, None, "incidents, handovers"),
    "incidents/<ref>/handovers/<int:pk>/decline/": (8, None, "incidents, handovers"),
    "incidents/<ref>/severity/": (8, None, "incidents, severity rules"),
    "incidents/<ref>/assess/": (7, None, "incidents"),
    "incidents/<ref>/restrict/": (7, None, "incidents"),
    # Exercises
    "exercises/": (10, None, "exercises x 3, requirements"),
    "exercises/plan/": (8, None, "users, procedures"),
    "exercises/<ref>/incident/": (9, None, "exercises, services x 2"),
    "exercises/<ref>/": (
        19,
        None,
        "exercises, releases x 2, incidents, procedures x 2, objectives, dependencies, disruptions, "
        "reviews x 2, sections, actions",
    ),
    "exercises/<ref>/report/": (8, None, "exercises, objectives"),
    "exercises/<ref>/postpone/": (7, None, "exercises"),
    "exercises/<ref>/cancel/": (7, None, "exercises"),
    # Looking back
    "reviews/": (17, None, "reviews x 5, severity rules, incidents x 2, releases, services, observations"),
    "reviews/themes/new/": (11, None, "services, incidents, releases, exercises, observations"),
    "reviews/<ref>/records/": (12, None, "reviews, services, incidents, releases, exercises, observations"),
    "reviews/<ref>/, of a theme": (
        22,
        None,
        "users, reviews x 5, sections, actions, factors x 2, recurrences, sources, observations, "
        "meetings, attendances, contributions",
    ),
    "reviews/observations/": (9, None, "observations x 2, reviews"),
    "reviews/observations/record/": (7, None, "services"),
    "reviews/observations/<ref>/": (10, None, "observations, reviews x 3"),
    "reviews/start/": (9, None, "releases, reviews, severity rules"),
    "reviews/actions/": (8, None, "actions, services"),
    "reviews/actions/, by service": (9, None, "actions, impacts, services"),
    "reviews/factors/": (8, None, "local factors, list versions"),
    "reviews/factors/add/": (6, None, ""),
    "reviews/factors/<int:pk>/rename/": (7, None, "local factors"),
    "reviews/factors/<int:pk>/retire/": (7, None, "local factors"),
    "reviews/factors/<int:pk>/take-up/": (7, None, "local factors"),
    "reviews/debriefs/<ref>/": (8, None, "incidents, hot debriefs"),
    "reviews/<ref>/": (
        15,
        None,
        "users, reviews, sections, actions, factors, recurrences, meetings, attendances, contributions",
    ),
    "reviews/<ref>/, published": (
        15,
        None,
        "reviews, sections, actions, factors, recurrences, amendments, attendances, readings x 2",
    ),
    "reviews/<ref>/review.pdf": (9, None, "reviews, sections, factors, actions, attendances, amendments"),
    "reviews/<ref>/room/": (9, None, "reviews, sections, meetings"),
    "reviews/<ref>/write/<slug:part>/": (8, None, "reviews, sections"),
    "reviews/<ref>/factors/add/": (8, None, "reviews, local factors"),
    "reviews/<ref>/factors/<int:pk>/": (10, None, "reviews x 2, factors, local factors"),
    "reviews/<ref>/ask/": (9, None, "users, reviews, attendances"),
    "reviews/<ref>/contribute/": (8, None, "reviews, contributions"),
    "reviews/<ref>/meeting/": (9, None, "reviews, meetings, attendances"),
    "reviews/<ref>/meeting/set/": (10, None, "reviews, meetings, attendances, users"),
    "reviews/<ref>/meeting/came/": (10, None, "reviews, meetings, attendances, users"),
    "reviews/<ref>/facilitator/": (8, None, "reviews, users"),
    "reviews/<ref>/send-back/": (7, None, "reviews"),
    "reviews/<ref>/amend/": (7, None, "reviews"),
    "reviews/<ref>/waive/": (7, None, "reviews"),
    "reviews/<ref>/actions/add/": (13, None, "users x 2, reviews, impacts, releases, factors, versions"),
    "reviews/<ref>/actions/<int:number>/": (
        12,
        None,
        "actions, disruptions, reviews, recurrences, date changes, proofs",
    ),
    "reviews/<ref>/actions/<int:number>/done/": (
        12,
        None,
        "actions, impacts, versions x 2, releases, proofs",
    ),
    "reviews/<ref>/actions/<int:number>/proof/": (10, None, "actions, impacts, releases, versions"),
    "reviews/<ref>/actions/<int:number>/not-done/": (7, None, "actions"),
    "reviews/<ref>/actions/<int:number>/owner/": (9, None, "users x 2, actions"),
    "reviews/<ref>/actions/<int:number>/date/": (7, None, "actions"),
    "reviews/<ref>/actions/<int:number>/drop/": (7, None, "actions"),
    # Watched jobs
    "monitors/": (8, None, "heartbeats x 2"),
    "monitors/add/": (7, None, "services"),
    "monitors/jobs/<slug:key>/": (10, None, "heartbeats, actions, flips, evidence"),
    "monitors/proofs/<ref>/<int:number>/": (9, None, "actions, proofs, heartbeats"),
    "monitors/jobs/<slug:key>/edit/": (8, None, "heartbeats, services"),
    "ping/<uuid:secret>": (9, 7, "heartbeats x 2, savepoint, +heartbeats, +evidence, release"),
    "ping/<uuid:secret>/fail": (
        20,
        18,
        "heartbeats x 2, savepoint x 3, +heartbeats, +flips, services x 2, mutes, messages, "
        "+messages, release x 3, +lines, +evidence",
    ),
    "ping/<uuid:secret>/<int:status>": (9, 7, "heartbeats x 2, savepoint, +heartbeats, +evidence, release"),
    # Looking up
    "library/": (15, None, "documents x 6, releases, services, local factors"),
    "library/, searched": (13, None, "services x 2, documents x 4, local factors"),
    # Figures
    "reports/": (9, None, "disruptions, impacts, services"),
    "reports/availability/<slug:key>/": (5, 3, "services, disruptions, impacts"),
    "reports/learning/": (
        17,
        None,
        "incidents x 4, disruptions, impacts, hand-written, actions, factors x 2, reviews",
    ),
    # What programs read
    "api/v2/summary.json": (
        18,
        16,
        "services x 4, releases, incidents, vouches, heartbeats, areas, updates x 2, impacts, "
        "reviews, disruptions",
    ),
    "api/v2/status.json": (9, 7, "services x 2, vouches, heartbeats, areas"),
    "api/v2/components.json": (9, 7, "services x 2, vouches, heartbeats, areas"),
    "api/v2/incidents.json": (
        14,
        12,
        "services x 3, incidents, vouches, heartbeats, areas, updates, impacts, reviews",
    ),
    "api/v2/incidents/unresolved.json": (
        14,
        12,
        "services x 3, incidents, vouches, heartbeats, areas, updates, impacts, reviews",
    ),
    "api/v2/scheduled-maintenances.json": (
        13,
        11,
        "services x 3, releases, vouches, heartbeats, areas, updates, disruptions",
    ),
    "api/v2/scheduled-maintenances/upcoming.json": (
        13,
        11,
        "services x 3, releases, vouches, heartbeats, areas, updates, disruptions",
    ),
    "api/v2/scheduled-maintenances/active.json": (
        13,
        11,
        "services x 3, releases, vouches, heartbeats, areas, updates, disruptions",
    ),
    # What comes in
    "intake/paste/": (6, None, ""),
}

# Tables with nothing in them, because no page reads them yet. Whoever builds one lets the evening fill them.
NOT_SHOWN = {
    "accounts_user_groups", "accounts_user_user_permissions",
    "incidents_impact_sites", "incidents_reporttally", "incidents_chase", "incidents_press",
    "reviews_signpost",
}  # fmt: skip
