// Integers that overflow wrap round as PyTorch's do (the numbers are PyTorch 1.13's). UBSan, where
// the suite is built with it, sees that nothing undefined is done for it.
#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>

#include "ops/ops.h"

using namespace gradbox;

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
using List = std::vector<std::int64_t>;

Tensor row(const List& v) {
  return Tensor::from_vector<std::int64_t>(v, {static_cast<std::int64_t>(v.size())});
}

List values(const Tensor& given) {
  const Tensor t = given.to_raw(DType::Int64).contiguous_raw();
  return {t.data<std::int64_t>(), t.data<std::int64_t>() + t.numel()};
}

Tensor op(const char* name, const Values& args) { return call(name, args).get<Tensor>(); }

}  // namespace

TEST_CASE("integers wrap round, element by element", "[pointwise]") {
  const Tensor a = row({kMost, kLeast, kLeast, 3}), b = row({kMost, kMost, -1, 5});
  CHECK(values(ops::add(a, b)) == List{-2, -1, kMost, 8});
  CHECK(values(ops::sub(a, b)) == List{0, 1, kLeast + 1, -2});
  CHECK(values(ops::mul(a, b)) == List{1, kLeast, kLeast, 15});
  CHECK(values(ops::neg(a)) == List{-kMost, kLeast, kLeast, -3});
  CHECK(values(ops::abs(a)) == List{kMost, kLeast, kLeast, 3});
  CHECK(values(ops::pow(row({kMost}), 3)) == List{kMost});
  const Tensor c = row({2147483647, -2147483648}).to_raw(DType::Int32);
  CHECK(values(ops::add(c, c)) == List{-2, 0});
  CHECK(values(ops::mul(c, c)) == List{1, 0});
  CHECK(values(ops::neg(c)) == List{-2147483647, -2147483648});
  const Tensor d = row({200, 100}).to_raw(DType::UInt8);
  CHECK(values(ops::add(d, d)) == List{144, 200});
  CHECK(values(ops::mul(d, d)) == List{64, 16});
  CHECK(values(ops::neg(d)) == List{56, 156});
}

TEST_CASE("integers wrap round where they are summed up", "[reduce]") {
  const Tensor one = row({0}), twice = row({kMost, kMost});
  CHECK(values(op("sum", {row({kMost, kMost, kLeast})})) == List{kMost - 1});
  CHECK(values(op("prod", {twice})) == List{1});
  CHECK(values(ops::cumsum(twice, 0)) == List{kMost, -2});
  CHECK(values(op("cumprod", {row({kMost, 3}), 0})) == List{kMost, kMost - 2});
  CHECK(values(ops::matmul(ops::reshape(twice, Dims{1, 2}),
                           ops::reshape(row({kMost, 2}), Dims{2, 1}))) == List{-1});
  CHECK(values(ops::scatter_add(one, 0, row({0, 0}), twice)) == List{-2});
}

// PyTorch is ended by the processor here; C++ says that it may be.
TEST_CASE("the least integer divided by -1 is itself, with nothing left", "[pointwise]") {
  const Tensor a = row({kLeast, 7}), b = row({-1, -1});
  for (const char* mode : {"trunc", "floor"})
    CHECK(values(call("div", {a, b}, {{"rounding_mode", mode}}).get<Tensor>()) == List{kLeast, -7});
  CHECK(values(op("remainder", {a, b})) == List{0, 0});
  CHECK(values(op("fmod", {a, b})) == List{0, 0});
}
