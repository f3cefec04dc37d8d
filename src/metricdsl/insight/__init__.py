"""What results mean for those who manage by them: goals, comparisons, usual ranges, what moved a number."""
