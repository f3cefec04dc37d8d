"""The façade: a project, opened, asked, checked and tested."""
