"""Results as workbooks and as pages."""
