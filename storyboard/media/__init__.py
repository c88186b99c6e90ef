"""Time, colour, framing and sizes: the measures of picture and sound."""
