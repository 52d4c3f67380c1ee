"""nlsh: your own shell, plus verbs in plain language, offline, with undo and a receipt."""

__version__ = "0.1.0"
