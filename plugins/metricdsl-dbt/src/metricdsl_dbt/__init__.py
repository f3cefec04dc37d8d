"""dbt semantic models and metrics, read into metricdsl and written from it."""
