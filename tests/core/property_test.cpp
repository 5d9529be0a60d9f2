// Random shapes, strides and dtypes against plain loops: broadcasting with type promotion,
// reductions, copying, joining, choosing.
#include <algorithm>
#include <cstring>

#include "ops/ops.h"
#include "reference.h"

using namespace gradbox;
using namespace gradbox::property;

namespace {

Dims broadcast(const Dims& a, const Dims& b) {
  Dims out(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t from_end = out.size() - i;
    for (const Dims* s : {&a, &b})
      if (from_end <= s->size() && (*s)[s->size() - from_end] != 1)
        out[i] = (*s)[s->size() - from_end];
  }
  return out;
}

struct Binary {
  const char* name;
  double (*f)(double, double);
  bool compares;
};
const std::vector<Binary> kBinary = {
    {"add", [](double a, double b) { return a + b; }, false},
    {"mul", [](double a, double b) { return a * b; }, false},
    {"sub", [](double a, double b) { return a - b; }, false},
    {"maximum", [](double a, double b) { return a > b ? a : b; }, false},
    {"minimum", [](double a, double b) { return a < b ? a : b; }, false},
    {"eq", [](double a, double b) { return a == b ? 1. : 0.; }, true},
    {"ne", [](double a, double b) { return a != b ? 1. : 0.; }, true},
    {"lt", [](double a, double b) { return a < b ? 1. : 0.; }, true},
    {"le", [](double a, double b) { return a <= b ? 1. : 0.; }, true},
    {"gt", [](double a, double b) { return a > b ? 1. : 0.; }, true},
    {"ge", [](double a, double b) { return a >= b ? 1. : 0.; }, true}};

std::string binary_property(Source& s) {
  const Binary& op = kBinary[s.below(static_cast<std::uint32_t>(kBinary.size()))];
  Dims shape = draw_shape(s, 4);
  // Sometimes long enough for the loops over whole vectors.
  if (!shape.empty() && s.once_in(5)) shape.back() = s.between(1, 40);
  const Tensor x = draw_operand(s, shape, draw_dtype(s)), y = draw_operand(s, shape, draw_dtype(s));
  const Array a = read(x), b = read(y);
  if (std::strcmp(op.name, "sub") == 0 && (a.dtype == DType::Bool || b.dtype == DType::Bool))
    return "";  // an error in PyTorch
  const DType t = promoted(a, b);
  Array expected{broadcast(a.shape, b.shape), op.compares ? DType::Bool : t, {}};
  each_index(expected.shape, [&](const Dims& i) {
    const double v = stored(a.values[broadcast_at(a, i)], t),
                 w = stored(b.values[broadcast_at(b, i)], t);
    expected.values.push_back(stored(op.f(v, w), expected.dtype));
  });
  s.about = std::string(op.name) + "(" + show(x) + ",\n    " + show(y) + ")";
  return failure(s, call(op.name, {x, y}).get<Tensor>(), expected);
}

struct Reduction {
  const char* name;
  double start;
  double (*f)(double, double);
};
const std::vector<Reduction> kReductions = {
    {"sum", 0, [](double a, double b) { return a + b; }},
    {"amax", -HUGE_VAL, [](double a, double b) { return a > b ? a : b; }},
    {"amin", HUGE_VAL, [](double a, double b) { return a < b ? a : b; }},
    {"mean", 0, [](double a, double b) { return a + b; }},
    {"count_nonzero", 0, [](double a, double b) { return a + (b != 0 ? 1 : 0); }}};

std::string reduction_property(Source& s) {
  const Reduction& op = kReductions[s.below(static_cast<std::uint32_t>(kReductions.size()))];
  const std::string name = op.name;
  const bool mean = name == "mean", counts = name == "count_nonzero";
  const DType dtype = mean ? (s.below(2) ? DType::Float64 : DType::Float32) : draw_dtype(s);
  Dims shape = draw_shape(s, 4);
  if (!shape.empty() && s.once_in(5)) shape.back() = s.between(1, 40);
  const Tensor x = draw_tensor(s, shape, dtype);
  if (name != "sum" && !counts && x.numel() == 0) return "";  // an error, or NaN
  IntList dims;
  std::vector<bool> reduced(shape.size(), false);
  for (std::size_t d = 0; d < shape.size(); ++d) {
    if (!s.below(2)) continue;
    reduced[d] = true;
    dims.push_back(static_cast<std::int64_t>(d) -
                   (s.below(2) ? static_cast<std::int64_t>(shape.size()) : 0));
  }
  if (dims.empty()) reduced.assign(shape.size(), true);  // no dims means all
  const bool keepdim = !counts && s.below(2) != 0;

  Dims kept = shape;
  for (std::size_t d = 0; d < shape.size(); ++d)
    if (reduced[d]) kept[d] = 1;
  Array expected{kept, dtype, std::vector<double>(static_cast<std::size_t>(count(kept)), op.start)};
  if (counts || (name == "sum" && !is_float(dtype))) expected.dtype = DType::Int64;
  const Array a = read(x);
  std::size_t next = 0;
  each_index(shape, [&](const Dims& i) {
    double& slot = expected.values[broadcast_at(expected, i)];
    slot = op.f(slot, a.values[next++]);
  });
  if (mean)
    for (double& v : expected.values)
      v /= static_cast<double>(count(shape)) / static_cast<double>(count(kept));
  if (!keepdim) {
    expected.shape.clear();
    for (std::size_t d = 0; d < shape.size(); ++d)
      if (!reduced[d]) expected.shape.push_back(shape[d]);
  }
  std::vector<Keyword> keywords;
  if (!counts) keywords.push_back({"keepdim", keepdim});
  s.about = name + "(" + show(x) + ", dim=" + show(dims) + (keepdim ? ", keepdim" : "") + ")";
  const Tensor y = dims.empty() && counts ? call(name, {x}).get<Tensor>()
                                          : call(name, {x, dims}, keywords).get<Tensor>();
  // Means are rounded to float32.
  return failure(s, y, expected, mean ? 1e-6 : 0);
}

std::string copy_property(Source& s) {
  const Dims shape = draw_shape(s, 4);
  const Tensor to = draw_tensor(s, shape, draw_dtype(s), false),
               from = draw_operand(s, shape, draw_dtype(s));
  const Array a = read(from);
  Array expected{shape, to.dtype(), {}};
  bool defined = true;  // C++ and PyTorch leave negative floats to uint8 open
  each_index(shape, [&](const Dims& i) {
    const double v = a.values[broadcast_at(a, i)];
    defined = defined && !(v < 0 && is_float(a.dtype) && to.dtype() == DType::UInt8);
    expected.values.push_back(stored(v, to.dtype()));
  });
  if (!defined) return "";
  s.about = show(to) + ".copy_(" + show(from) + ")";
  call("copy_", {to, from});
  return failure(s, to, expected);
}

std::string cat_property(Source& s) {
  const Dims shape = draw_shape(s, 4, 1);
  const auto dim = s.below(static_cast<std::uint32_t>(shape.size()));
  TensorList list;
  Array expected{shape, DType::Bool, {}};
  expected.shape[dim] = 0;
  std::string text;
  for (std::int64_t k = s.between(1, 3); k > 0; --k) {
    Dims own = shape;
    own[dim] = s.between(0, 3);
    list.push_back(draw_tensor(s, own, draw_dtype(s)));
    text += (text.empty() ? "" : ",\n    ") + show(list.back());
    expected.shape[dim] += own[dim];
    expected.dtype =
        list.size() == 1 ? list[0].dtype() : promoted(expected.dtype, list.back().dtype());
  }
  each_index(expected.shape, [&](Dims i) {
    std::size_t k = 0;
    for (; i[dim] >= list[k].shape()[dim]; ++k) i[dim] -= list[k].shape()[dim];
    const Array a = read(list[k]);
    expected.values.push_back(stored(a.values[broadcast_at(a, i)], expected.dtype));
  });
  s.about = "cat([" + text + "], " + std::to_string(dim) + ")";
  return failure(s, call("cat", {list, static_cast<std::int64_t>(dim)}).get<Tensor>(), expected);
}

std::string where_property(Source& s) {
  const Dims shape = draw_shape(s, 4);
  const Tensor c = draw_operand(s, shape, DType::Bool);
  const Tensor x = draw_operand(s, shape, draw_dtype(s)), y = draw_operand(s, shape, draw_dtype(s));
  const Array m = read(c), a = read(x), b = read(y);
  Array expected{broadcast(broadcast(m.shape, a.shape), b.shape), promoted(a, b), {}};
  each_index(expected.shape, [&](const Dims& i) {
    const double v = m.values[broadcast_at(m, i)] != 0 ? a.values[broadcast_at(a, i)]
                                                       : b.values[broadcast_at(b, i)];
    expected.values.push_back(stored(v, expected.dtype));
  });
  s.about = "where(" + show(c) + ",\n    " + show(x) + ",\n    " + show(y) + ")";
  return failure(s, call("where", {c, x, y}).get<Tensor>(), expected);
}

std::string gather_property(Source& s) {
  const Dims shape = draw_shape(s, 3, 1);
  const auto dim = s.below(static_cast<std::uint32_t>(shape.size()));
  const Tensor x = draw_tensor(s, shape, draw_dtype(s));
  Dims size = shape;
  for (std::size_t d = 0; d < size.size(); ++d)
    size[d] = d == dim ? (shape[d] ? s.between(0, 5) : 0) : s.between(0, shape[d]);
  const Tensor index = draw_tensor(s, size, DType::Int64, false);
  // Into the range, in the index's own memory.
  each_index(size, [&](const Dims& i) {
    std::int64_t at = 0;
    for (std::size_t d = 0; d < i.size(); ++d) at += i[d] * index.strides()[d];
    auto& value = index.data<std::int64_t>()[at];
    value = (value % shape[dim] + shape[dim]) % shape[dim];
  });
  const Array a = read(x), where = read(index);
  Array expected{size, x.dtype(), {}};
  each_index(size, [&](const Dims& i) {
    Dims from = i;
    from[dim] = static_cast<std::int64_t>(where.values[broadcast_at(where, i)]);
    expected.values.push_back(a.values[broadcast_at(a, from)]);
  });
  s.about = "gather(" + show(x) + ", " + std::to_string(dim) + ", " + show(index) + ")";
  return failure(s, call("gather", {x, static_cast<std::int64_t>(dim), index}).get<Tensor>(),
                 expected);
}

}  // namespace

TEST_CASE("binary operators broadcast and promote", "[property]") {
  check_property("binary", 4000, binary_property);
}
TEST_CASE("reductions over any dimensions", "[property]") {
  check_property("reduction", 3000, reduction_property);
}
TEST_CASE("copy_ between layouts and dtypes", "[property]") {
  check_property("copy_", 1500, copy_property);
}
TEST_CASE("cat of any tensors", "[property]") { check_property("cat", 1500, cat_property); }
TEST_CASE("where broadcasts and promotes", "[property]") {
  check_property("where", 1500, where_property);
}
TEST_CASE("gather along any dimension", "[property]") {
  check_property("gather", 1500, gather_property);
}

TEST_CASE("a failing property shrinks to its smallest case", "[property]") {
  const Property property = [](Source& s) -> std::string {
    const auto n = s.below(50), m = s.below(1000);
    for (std::uint32_t i = 0; i < n; ++i) s.below(9);
    return m >= 17 && n >= 3 ? std::to_string(n) + " " + std::to_string(m) : "";
  };
  Choices choices{40, 900, 1, 2, 3, 4, 5};
  CHECK(shrink(property, choices) == "3 17");
}
