// Conversions between element types, strings included.
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

constexpr std::int64_t kString = 8;  // TensorProto.DataType

// The shortest text that reads back as the same number of this dtype.
std::string shortest(double v, bool single) {
  if (std::isnan(v)) return "NaN";
  if (std::isinf(v)) return v > 0 ? "INF" : "-INF";
  char text[40];
  for (int digits = 1; digits <= 17; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, v);
    const double back = std::strtod(text, nullptr);
    if (single ? static_cast<float>(back) == static_cast<float>(v) : back == v) break;
  }
  std::string s = text;
  if (s.find_first_of(".e") == std::string::npos) s += ".0";
  return s;
}

StringTensor to_strings(NodeRun& r, const Tensor& t) {
  check_room(r, static_cast<double>(t.numel()), sizeof(std::string) + 16);
  StringTensor out{t.shape(), {}};
  if (is_floating(t.dtype())) {
    for (const double v : t.to_vector())
      out.values.push_back(shortest(v, t.dtype() != DType::Float64));
  } else {
    for (const auto v : to_ints(t))
      out.values.push_back(t.dtype() == DType::Bool ? (v ? "True" : "False") : std::to_string(v));
  }
  return out;
}

Tensor from_strings(NodeRun& r, const StringTensor& s, DType dtype) {
  const bool floating = is_floating(dtype);
  FloatList numbers;
  IntList integers;
  for (const auto& text : s.values) {
    char* end = nullptr;
    if (floating) numbers.push_back(std::strtod(text.c_str(), &end));
    else integers.push_back(std::strtoll(text.c_str(), &end, 10));
    if (text.empty() || *end) r.fail("'" + text + "' is not a number");
  }
  return floating ? float_tensor(numbers, s.shape, dtype)
                  : int_tensor(integers, s.shape).to_raw(dtype);
}

void cast(NodeRun& r) {
  const Any& x = r.any(0);
  if (r.attr("to", std::int64_t{0}) == kString)
    return x.is_strings() ? r.give(x) : r.give(to_strings(r, r.in()));
  const DType to = r.attr_dtype("to", DType::Float32);
  r.give(x.is_strings() ? from_strings(r, x.strings(), to) : as(r.in(), to));
}

void cast_like(NodeRun& r) {
  const Any& x = r.any(0);
  if (r.any(1).is_strings()) return x.is_strings() ? r.give(x) : r.give(to_strings(r, r.in()));
  const DType to = r.in(1).dtype();
  r.give(x.is_strings() ? from_strings(r, x.strings(), to) : as(r.in(), to));
}

// Opsets before 6 name the type.
void cast_by_name(NodeRun& r) {
  std::string to = r.attr("to", "");
  for (auto& c : to) c = static_cast<char>(c | 0x20);
  r.give(as(r.in(), parse_dtype(to)));
}

const KernelRow kRows[] = {
    {"Cast", 1, cast_by_name}, {"Cast", 6, cast}, {"CastLike", 15, cast_like}};

}  // namespace

void add_cast_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
