"""``python -m verify.command_line``."""

from verify.command_line import main

main(prog_name="verify")
