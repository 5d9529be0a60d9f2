// Catch2's main, compiled once and kept apart: it is by far the slowest file of the suite.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
