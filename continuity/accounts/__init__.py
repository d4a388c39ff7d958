"""Who: people, roles, permissions, log-in and trusted networks. Knows no service, release or incident."""
