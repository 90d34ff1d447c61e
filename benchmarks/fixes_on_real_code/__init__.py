"""Makes the fixes in copies of real packages, and checks by other means what became of the files."""
