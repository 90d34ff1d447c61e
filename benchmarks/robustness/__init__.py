"""What the linter does when it is killed, when the system fails it, in crowds, and with huge projects."""
