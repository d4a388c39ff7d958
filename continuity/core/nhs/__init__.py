"""The NHS design system's components, and the one door to them: `render("tag", text="Down", colour="red")`.

Options have the design system's names in snake case. Words given as `str` are escaped; a SafeString is HTML, as a
template's block is. What a person typed must never be made a SafeString on the way here.
"""

from continuity.core.nhs import choices, content, inputs, labels, lists
from continuity.core.nhs.markup import COMPONENTS, render

__all__ = ["COMPONENTS", "choices", "content", "inputs", "labels", "lists", "render"]
