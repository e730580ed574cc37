"""Run the command line as ``python -m anonledger``.

Owns: nothing.
"""

from anonledger.cli.main import main

if __name__ == "__main__":
    main()
