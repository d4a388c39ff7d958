"""Command roles, rotas of who is on call, and chains of escalation."""

from continuity.command.models.chains import Chain, ChainLevel, ChainVersion
from continuity.command.models.roles import CommandRole
from continuity.command.models.rota import Override, Rota, Shift, Swap

__all__ = ["Chain", "ChainLevel", "ChainVersion", "CommandRole", "Override", "Rota", "Shift", "Swap"]
