"""The language server: what is found in the files that an editor has open, while they are edited."""
