"""What those who work on metricdsl run: engines, mistakes, generated files."""
