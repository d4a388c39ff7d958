"""What was taken over from files, so that the same file twice changes nothing and a changed one is noticed."""

from django.db import models


class Adopted(models.Model):
    """One record as the file told it. What people change in the portal afterwards makes no difference to it."""

    kind = models.CharField(max_length=20)
    reference = models.CharField(max_length=80)
    content = models.JSONField()
    file = models.CharField(max_length=255)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "adopted records"
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="a_record_is_adopted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
