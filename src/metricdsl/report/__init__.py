"""Judged scorecards as pages: for terminals, Markdown, one HTML file, SVG."""
