// What the recorder computes for the page, against plain loops.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "core/json.h"
#include "core/tensor.h"
#include "record/statistics.h"

using namespace gradbox;

namespace {

// In two passes of doubles, over the elements that are finite.
record::Statistics plainly(const std::vector<double>& values) {
  record::Statistics s;
  s.min = std::numeric_limits<double>::infinity();
  s.max = -s.min;
  double sum = 0, squares = 0;
  for (const double v : values) {
    if (std::isnan(v)) ++s.nans;
    else if (std::isinf(v)) ++s.infs;
    if (!std::isfinite(v)) continue;
    ++s.finite;
    sum += v;
    s.min = std::min(s.min, v);
    s.max = std::max(s.max, v);
  }
  s.mean = s.finite ? sum / static_cast<double>(s.finite) : 0;
  for (const double v : values)
    if (std::isfinite(v)) squares += (v - s.mean) * (v - s.mean);
  s.std = s.finite ? std::sqrt(squares / static_cast<double>(s.finite)) : 0;
  return s;
}

}  // namespace

TEST_CASE("statistics of tensors are those of a plain loop") {
  std::mt19937 engine(7);
  const double inf = std::numeric_limits<double>::infinity();
  for (const DType dtype : {DType::Float32, DType::Float64, DType::Int64})
    for (const std::size_t n : {1, 2, 3, 4, 5, 63, 64, 65, 130, 1000, 40001})
      for (const double center : {0.0, -3.0, 1000.0})
        for (const int odd : {0, 1, 2}) {
          if (odd != 0 && !is_floating(dtype)) continue;
          std::normal_distribution<double> normal(center, 2.5);
          std::vector<double> values(n);
          for (double& v : values)
            v = dtype == DType::Int64 ? std::round(normal(engine))
                                      : static_cast<float>(normal(engine));
          if (odd != 0) values[n / 2] = odd == 1 ? std::nan("") : -inf;
          const Tensor t =
              Tensor::from_vector(values, {static_cast<std::int64_t>(n)}).to_raw(dtype);
          const record::Statistics got = record::summarize({t}), want = plainly(values);
          INFO(dtype_name(dtype) << ", " << n << " elements around " << center << ", kind " << odd);
          CHECK(got.finite == want.finite);
          CHECK(got.nans == want.nans);
          CHECK(got.infs == want.infs);
          CHECK(got.min == want.min);
          CHECK(got.max == want.max);
          CHECK(got.mean == Approx(want.mean).epsilon(1e-6).margin(1e-5));
          CHECK(got.std == Approx(want.std).epsilon(1e-5).margin(1e-5));
        }
}

TEST_CASE("rounded numbers for drawings") {
  CHECK(json_rounded(0, 4) == "0");
  CHECK(json_rounded(1, 4) == "1");
  CHECK(json_rounded(-0.5, 4) == "-0.5");
  CHECK(json_rounded(1.0 / 3, 4) == "0.3333");
  CHECK(json_rounded(-123.456, 4) == "-123.5");
  CHECK(json_rounded(9999.6, 4) == "1e4");
  CHECK(json_rounded(std::nan(""), 4) == "null");
  CHECK(json_rounded(std::numeric_limits<double>::infinity(), 4) == "null");
  std::mt19937 engine(3);
  std::uniform_real_distribution<double> digits(-10, 10), power(-300, 300);
  for (int i = 0; i < 2000; ++i) {
    const double v = digits(engine) * std::pow(10, i % 2 ? power(engine) : power(engine) / 40);
    for (const int n : {4, 7, 9}) {
      const double back = Json::parse(json_rounded(v, n)).number();
      INFO(v << " at " << n << " digits");
      CHECK(std::fabs(back - v) <= 0.5001 * std::pow(10, 1 - n) * std::fabs(v));
    }
  }
}
