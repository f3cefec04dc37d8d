"""What a plugin is checked for: by `metric plugins check`, and by the suites of tests that authors put into their own."""
