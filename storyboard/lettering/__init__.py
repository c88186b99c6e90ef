"""Words of every script as rows of shapes: their fonts, how wide they are, where they may be broken."""
