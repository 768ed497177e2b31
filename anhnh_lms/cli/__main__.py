"""`python -m anhnh_lms.cli`."""

from . import main

main()
