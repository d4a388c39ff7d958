"""What can be heard about, by which channels, and how urgent that is."""

from django.db import models


class Kind(models.TextChoices):
    """What a message is about, as people choose it."""

    PLANNED_WORK = "planned_work", "Planned work"
    INCIDENT = "incident", "Incidents"
    REVIEW = "review", "Reviews and lessons"
    WATCH = "watch", "Watched jobs"
    # Said to somebody by name, never chosen.
    DIGEST = "digest", "The day's news"
    PORTAL = "portal", "About this portal"


# What people choose to hear about, in the order of the form.
CHOSEN = (Kind.PLANNED_WORK, Kind.INCIDENT, Kind.REVIEW, Kind.WATCH)


class Channel(models.TextChoices):
    PORTAL = "portal", "Messages in the portal"
    EMAIL = "email", "Email"
    SMS = "sms", "Text message"
    TEAMS = "teams", "Microsoft Teams"
    WEBHOOK = "webhook", "Webhook"


# By which a person, and by which an endpoint, can be reached.
PERSONAL = (Channel.PORTAL, Channel.EMAIL, Channel.SMS)
TO_ENDPOINTS = (Channel.TEAMS, Channel.WEBHOOK)
# What waits a minute, so that several changes become one message; other programs are told at once.
GATHERED = (Channel.EMAIL, Channel.SMS, Channel.TEAMS)

# Incidents at this severity and worse are never held back: not by quiet hours, digests or gathering.
URGENT = 2
# The severity that no incident is milder than: whoever chose it hears of all.
MILDEST = 4


class Severity(models.IntegerChoices):
    """Down to which severity somebody wants to hear of incidents."""

    CRITICAL = 1, "Severity 1 only"
    MAJOR = 2, "Severity 1 and 2"
    MODERATE = 3, "Severity 1, 2 and 3"
    ALL = 4, "All incidents"
