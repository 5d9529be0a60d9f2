"""Runs every tests/python/test_*.py with unittest; the last line of stdout is the count as JSON.

usage: python3 run_unittest.py FOLDER
"""
import json
import sys
import unittest


def main(folder):
    suite = unittest.defaultTestLoader.discover(folder, pattern="test_*.py", top_level_dir=folder)
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=1).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    for test, reason in result.skipped:
        print(f"skipped {test}: {reason}", file=sys.stderr)
    # A subTest that fails adds failures beyond the number of tests run.
    passed = max(0, result.testsRun - failed - skipped)
    print(json.dumps({"passed": passed, "failed": failed, "skipped": skipped}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
