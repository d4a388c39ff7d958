"""A portal under load whose parts are taken away, one after another and two at once: what is counted at the end."""
