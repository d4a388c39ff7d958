"""How people agree on a notice before staff rely on it: its versions, who approves, what was said."""

from django.db import models
from django.db.models import Q

from continuity.accounts.models import User
from continuity.catalogue.models import Team
from releases.models.policy import Approver
from releases.models.release import Release


class Version(models.Model):
    """A notice as it stood after one change, whole, so that any two can be compared. Append-only.

    `content` is what `releases.content.content_of` writes: the one shape in which a notice is kept outside its
    own rows, also by series and templates.
    """

    release = models.ForeignKey(Release, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("the release's count of changes by then")
    content = models.JSONField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["release", "number"], name="one_version_a_change")]

    def __str__(self) -> str:
        return f"{self.release_id} as of change {self.number}"


class Approval(models.Model):
    """Somebody's agreement to a release, by role: asked for, and given to one version of its notice.

    One taken over from elsewhere has no kind, person or version, only a role and when it was given.
    """

    release = models.ForeignKey(Release, models.CASCADE, related_name="approvals")
    kind = models.CharField(max_length=20, choices=Approver, blank=True)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="whose service it is"
    )
    role = models.CharField(max_length=160)
    asked_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField("the version that was approved", null=True, blank=True)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["release", "role"], name="one_approval_a_role"),
            models.CheckConstraint(
                condition=Q(kind="")
                | Q(at=None, person=None, version=None)
                | Q(at__isnull=False, person__isnull=False, version__isnull=False),
                name="an_approval_is_given_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.role


class Opinion(models.Model):
    """What somebody said about a notice: a comment, an approval, or what must change first. Append-only."""

    class Verdict(models.TextChoices):
        COMMENT = "comment", "Comment"
        APPROVED = "approved", "Approved"
        SENT_BACK = "sent_back", "Sent back"

    release = models.ForeignKey(Release, models.CASCADE, related_name="opinions")
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.COMMENT)
    version = models.PositiveIntegerField("the version that was read")
    role = models.CharField("as whom they spoke", max_length=160, blank=True)
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="approved") | ~Q(text=""),
                name="an_opinion_has_words",
                violation_error_message="Write what you think.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} {self.verdict}"
