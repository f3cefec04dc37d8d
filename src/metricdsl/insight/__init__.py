"""What numbers say to those who manage by them: why one moved."""
