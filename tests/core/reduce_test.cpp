// Reductions of what is wide and long enough for vectors and blocks, beside plain loops.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "ops/ops.h"

namespace gradbox {
namespace {

const OpHandle max_dim{"max.dim"}, min_dim{"min.dim"};

// Values with ties and, at every `nan_step`-th place, NaN.
Tensor table(std::int64_t rows, std::int64_t columns, std::int64_t nan_step) {
  std::vector<float> x;
  for (std::int64_t i = 0; i < rows * columns; ++i)
    x.push_back(nan_step && i % nan_step == nan_step - 1
                    ? std::numeric_limits<float>::quiet_NaN()
                    : static_cast<float>(i * 7919 % 613) / 64 - 5);
  return Tensor::from_vector(x, {rows, columns});
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

struct Lane {
  double sum = 0, size = 0;  // of the values, and of their magnitudes
  std::int64_t largest = 0, smallest = 0;
};

Lane look(const std::vector<double>& x) {
  Lane lane;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double high = x[static_cast<std::size_t>(lane.largest)],
                 low = x[static_cast<std::size_t>(lane.smallest)];
    lane.sum += x[i];
    lane.size += std::abs(x[i]);
    if (!std::isnan(high) && (x[i] > high || std::isnan(x[i])))
      lane.largest = static_cast<std::int64_t>(i);
    if (!std::isnan(low) && (x[i] < low || std::isnan(x[i])))
      lane.smallest = static_cast<std::int64_t>(i);
  }
  return lane;
}

void compare(const Tensor& t, std::int64_t dim) {
  const std::vector<double> all = t.to_vector();
  const auto rows = static_cast<std::size_t>(t.size(0)),
             columns = static_cast<std::size_t>(t.size(1));
  const std::vector<double> sum = ops::sum(t, dim).to_vector(),
                            most = ops::amax(t, IntList{dim}).to_vector(),
                            least = ops::amin(t, IntList{dim}).to_vector(),
                            where = ops::argmax(t, dim).to_vector();
  const TensorList high = max_dim.multi(t, dim), low = min_dim.multi(t, dim);
  const std::vector<double> high_is = high[0].to_vector(), high_at = high[1].to_vector(),
                            low_is = low[0].to_vector(), low_at = low[1].to_vector();
  for (std::size_t k = 0; k < (dim == 0 ? columns : rows); ++k) {
    std::vector<double> x;
    for (std::size_t i = 0; i < (dim == 0 ? rows : columns); ++i)
      x.push_back(dim == 0 ? all[i * columns + k] : all[k * columns + i]);
    const Lane lane = look(x);
    const auto largest = static_cast<std::size_t>(lane.largest),
               smallest = static_cast<std::size_t>(lane.smallest);
    REQUIRE((std::isnan(lane.sum) ? std::isnan(sum[k])
                                  : std::abs(sum[k] - lane.sum) <= 1e-6 * (1 + lane.size)));
    REQUIRE(same(most[k], x[largest]));
    REQUIRE(same(least[k], x[smallest]));
    REQUIRE(same(high_is[k], x[largest]));
    REQUIRE(same(low_is[k], x[smallest]));
    REQUIRE(where[k] == static_cast<double>(largest));
    REQUIRE(high_at[k] == static_cast<double>(largest));
    REQUIRE(low_at[k] == static_cast<double>(smallest));
  }
}

}  // namespace

TEST_CASE("Reductions of long rows and columns, of transposed ones too, agree with plain loops") {
  struct Size {
    std::int64_t rows, columns;
  };
  for (const auto [rows, columns] : {Size{1, 1}, Size{3, 70}, Size{70, 3}, Size{40, 133},
                                     Size{300, 35}, Size{17, 1060}, Size{5000, 2}})
    for (const std::int64_t nan_step : {0, 97, 1000}) {
      const Tensor t = table(rows, columns, nan_step);
      for (const std::int64_t dim : {0, 1}) {
        compare(t, dim);
        compare(ops::t(t), dim);
      }
    }
}

TEST_CASE("Tensors of one shape share it, and neither changes the other") {
  const Tensor a = Tensor::full({2, 3}, 1, DType::Float32);
  const Tensor b = ops::add(a, 1);
  REQUIRE(a.impl()->geometry == b.impl()->geometry);
  REQUIRE(ops::t(a).strides() == Dims{1, 3});
  REQUIRE(a.strides() == Dims{3, 1});
  const Tensor view = ops::view(b, Dims{6});
  REQUIRE(b.shape() == Dims{2, 3});
  REQUIRE(view.shape() == Dims{6});
}

}  // namespace gradbox
