"""What holds for all tests."""

import signal

# A shell that starts us in the background has us ignore Ctrl-C, and so would all that we start:
# tests of programs that end on Ctrl-C would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)
