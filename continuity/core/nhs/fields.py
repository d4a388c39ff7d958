"""A Django form field as the design system's component."""
