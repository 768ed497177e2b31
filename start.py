"""`python start.py serve`: what `anhnh serve` does, from whatever folder and wherever this one was carried."""

from anhnh_lms.cli import main

if __name__ == "__main__":
    main()
