"""How each channel does: whether it works, how fast it may go, and which services it needs."""

from django.db import models

from continuity.catalogue.models import Service
from continuity.notifications.models.kinds import Channel


class ChannelHealth(models.Model):
    """One row a channel, seeded by a migration. Written by senders when their luck changes, and by administrators."""

    channel = models.CharField(max_length=20, choices=Channel, primary_key=True)
    per_minute = models.PositiveIntegerField("most messages a minute", null=True, blank=True)
    tokens = models.FloatField("messages it may send now", default=0)
    refilled_at = models.DateTimeField(null=True, blank=True)
    down_since = models.DateTimeField("when it could no longer be reached", null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    needs = models.ManyToManyField(
        Service, blank=True, related_name="+", verbose_name="services it depends on"
    )

    class Meta:
        verbose_name_plural = "channel health"

    def __str__(self) -> str:
        return Channel(self.channel).label


class Pulse(models.Model):
    """When a part of the worker last said that it works, so that web processes notice its silence; a row each."""

    WORKER = "worker"
    # Whoever looks after alarms about incidents.
    ALARMS = "alarms"

    name = models.CharField(max_length=20, primary_key=True)
    beat_at = models.DateTimeField()
    # Messages have been late since then, and those who look after channels were told once.
    late_since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return "messages"
