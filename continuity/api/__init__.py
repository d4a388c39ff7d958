"""The portal for other programs: status in the Statuspage v2 shapes. Reads, never writes."""
