// The vector functions against the scalar ones, which have PyTorch's bits.
#include "kernels/vmath.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "kernels/exact.h"

namespace gradbox::kernels {
namespace {

std::int32_t bits(float x) {
  std::int32_t b;
  std::memcpy(&b, &x, sizeof b);
  return b;
}

// `count` values from low to high, in an order that mixes small and large ones if `mixed`.
std::vector<float> spread(float low, float high, int count, bool mixed) {
  std::vector<float> x;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t k = mixed ? i * 7919 % count : i;
    x.push_back(low + (high - low) * static_cast<float>(k) / static_cast<float>(count));
  }
  return x;
}

}  // namespace

TEST_CASE("exp of vectors differs from PyTorch's in a few last bits only") {
  for (const bool mixed : {false, true}) {
    const std::vector<float> x = spread(-105, 105, 100003, mixed);
    std::vector<float> y(x.size());
    vmath::exp(y.data(), x.data(), static_cast<std::int64_t>(x.size()));
    int different = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::int32_t off = std::abs(bits(y[i]) - bits(exact_exp(x[i])));
      REQUIRE(off <= 1);
      different += off;
    }
    REQUIRE(different < 400);
  }
}

TEST_CASE("exp of vectors knows the special values, wherever they stand in a row") {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  for (const std::size_t n : {1, 3, 4, 7, 16, 19, 40}) {
    for (std::size_t at = 0; at < n; ++at) {
      std::vector<float> x(n, 1.0F), y(n);
      for (const float special :
           {kInf, -kInf, std::nanf(""), -std::nanf(""), 0.0F, -0.0F, 1e-40F}) {
        x[at] = special;
        vmath::exp(y.data(), x.data(), static_cast<std::int64_t>(n));
        for (std::size_t i = 0; i < n; ++i) {
          const float e = exact_exp(x[i]);
          REQUIRE((std::isnan(e) ? std::isnan(y[i]) : y[i] == e));
        }
      }
    }
  }
}

TEST_CASE("softmax of rows of any length and spread sums to 1") {
  for (int n = 1; n < 70; ++n) {
    for (const float scale : {1.0F, 40.0F, 300.0F}) {
      const std::vector<float> x = spread(-scale, scale, n, true);
      std::vector<float> y(x.size()), logs(x.size());
      vmath::softmax(y.data(), x.data(), n);
      vmath::log_softmax(logs.data(), x.data(), n);
      double sum = 0, total = 0, top = x[0];
      for (const float v : x) top = std::max(top, static_cast<double>(v));
      for (const float v : x) total += std::exp(static_cast<double>(v) - top);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double expected = static_cast<double>(x[i]) - top - std::log(total);
        sum += static_cast<double>(y[i]);
        REQUIRE(std::abs(static_cast<double>(y[i]) - std::exp(expected)) < 1e-6);
        REQUIRE(std::abs(static_cast<double>(logs[i]) - expected) <
                1e-5 * (1 + std::abs(expected)));
      }
      REQUIRE(std::abs(sum - 1) < 1e-5);
    }
  }
}

TEST_CASE("softmax of a row with masked, infinite or missing values") {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  for (const std::int64_t n : {2, 5, 20}) {
    std::vector<float> x(static_cast<std::size_t>(n), 0.5F), y(x.size());
    x.back() = -kInf;
    vmath::softmax(y.data(), x.data(), n);
    REQUIRE(y.back() == 0);
    REQUIRE(std::abs(y[0] - 1 / static_cast<float>(n - 1)) < 1e-6F);
    for (const float bad : {kInf, std::nanf("")}) {
      x.back() = bad;
      vmath::softmax(y.data(), x.data(), n);
      REQUIRE(std::isnan(y.back()));
    }
    x.assign(x.size(), -kInf);
    vmath::softmax(y.data(), x.data(), n);
    for (const float v : y) REQUIRE(std::isnan(v));
  }
}

}  // namespace gradbox::kernels
