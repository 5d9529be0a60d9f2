"""Doc of the module."""
import sys


def main(argv=None) -> int:
    """Entry point."""
    print("args", len(sys.argv))
    return 0


if __name__ == "__main__":
    main()
print(__name__, __doc__)
print(main.__doc__)
