"""What staff do while planned work hits a service: the notice's own steps, or the services' procedures."""

from continuity.core.level import Effect
from continuity.plans.models import Version, what_to_do
from releases.models import Instruction, Release


def procedures_of(release: Release) -> list[Version]:
    """The published downtime procedures of the services that are hit, each once; one query.

    A service that is only at risk is expected to work, so its procedure is not offered.
    """
    hit = {each.service_id for each in release.disruptions.all() if each.effect != Effect.AT_RISK.value}
    found = what_to_do(hit) if hit else {}
    return list({version.pk: version for version in found.values()}.values())


def what_staff_do(release: Release, procedures: list[Version]) -> dict[str, list[str]]:
    """Steps by heading: "Before", "During" and "After" as the notice says, else those of the procedures."""
    own = steps_of(release)
    return own or {version.procedure.title: version.step_texts for version in procedures}  # type: ignore[attr-defined]


def steps_of(release: Release) -> dict[str, list[str]]:
    """What the notice itself asks of staff, without the phases that ask for nothing."""
    found = {
        str(phase.label): [
            f"{step.role}: {step.text}" if step.role else step.text
            for step in release.instructions.all()
            if step.phase == phase
        ]
        for phase in Instruction.Phase
    }
    return {phase: texts for phase, texts in found.items() if texts}
