"""`python -m metricdsl`."""

from metricdsl.cli.main import main

if __name__ == "__main__":
    main()
