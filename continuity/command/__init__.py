"""Who leads: command roles, rotas and who is on call at an instant. Knows no incident."""
