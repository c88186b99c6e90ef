"""The backends that come with shotfarm, each imported only when it is asked for."""
