"""What plugins import: definitions they return, values they are handed, protocols they meet. Stable and versioned."""

API_VERSION = "1.0"
