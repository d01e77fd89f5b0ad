"""`python -m server.cli`, the same as `revloop`."""

from server.cli.running import main

if __name__ == "__main__":
    main()
