"""The other face of the app: the verbs of the command line."""
