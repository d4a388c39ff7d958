"""Pages of the room, by what people do on them."""
