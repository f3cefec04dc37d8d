"""What tests are made of: the reference evaluator, case files, generators, and the way onto the engines."""
