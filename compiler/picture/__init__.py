"""Pictures as planes: scaling, colour, tone mapping, deinterlacing, framing, transitions."""
