"""What a person may do: one permission a verb. Which role holds which is a table, seeded by a migration."""

from django.db.models import TextChoices


class Permission(TextChoices):
    """A verb a role may hold. The label completes the sentence "This role may ..."."""

    CATALOGUE_EDIT = "catalogue.edit", "change services, areas, teams and who is on call"
    SERVICE_VOUCH = "service.vouch", "say that a service works"
    PROCEDURE_WRITE = "procedure.write", "write downtime procedures"
    PROCEDURE_APPROVE = "procedure.approve", "approve and publish downtime procedures"
    RELEASE_WRITE = "release.write", "write release notices"
    RELEASE_PUBLISH = "release.publish", "publish and run planned work"
    RELEASE_CLEAR = "release.clear", "agree to planned work for clinical safety"
    POLICY_SET = "policy.set", "set the trust's rules and freezes for planned work"
    INCIDENT_READ = "incident.read", "read incident records"
    INCIDENT_DECLARE = "incident.declare", "declare incidents"
    INCIDENT_RUN = "incident.run", "run incidents and tell staff about them"
    INCIDENT_COMMAND = "incident.command", "take command of incidents"
    INCIDENT_CLEAR = "incident.clear", "agree that a service returns to use, for clinical safety"
    REVIEW_READ = "review.read", "read reviews before they are published"
    REVIEW_WRITE = "review.write", "hold reviews"
    REVIEW_PUBLISH = "review.publish", "approve and publish reviews"
    ACTION_WORK = "action.work", "work on actions from reviews"
    AUDIENCE_EDIT = "audience.edit", "keep audiences and contacts outside the trust"
    CHANNEL_MANAGE = "channel.manage", "look after how messages leave the portal"
    PEOPLE_MANAGE = "people.manage", "manage people and their roles"
    MAIL_SEE = "mail.see", "see the mail that this sample portal caught"
    IMPORT_RUN = "import.run", "import records"
    ADMIN_SITE = "admin.site", "use the back door for administrators"
