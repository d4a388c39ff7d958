"""Telling people: messages, subscriptions and deliveries. Knows subjects only by kind and reference."""
