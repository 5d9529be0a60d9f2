// Dtypes that are only stored: their conversions, and every operator on them.
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "autograd/variable.h"
#include "ops/ops.h"
#include "samples.h"

using namespace gradbox;

namespace {

// A sample's tensors in another dtype; only those that were free to be of any floating one.
Values in_dtype(const Values& args, DType t) {
  Values out = args;
  const auto convert = [&](const Tensor& x) {
    return x.defined() && x.dtype() == DType::Float64 ? x.detach().to_raw(t) : x;
  };
  for (Value& v : out) {
    if (v.is<Tensor>()) {
      v = convert(v.get<Tensor>());
    } else if (v.is<TensorList>()) {
      TensorList list = v.get<TensorList>();
      for (Tensor& x : list) x = convert(x);
      v = list;
    } else if (v.is<DType>() && v.get<DType>() == DType::Float64) {
      v = t;
    }
  }
  return out;
}

TensorList tensors_of(const Value& v) {
  if (v.is<Tensor>()) return {v.get<Tensor>()};
  return v.is<TensorList>() ? v.get<TensorList>() : TensorList{};
}

}  // namespace

// Numbers by IEEE 754's definition of binary16, and by cutting float32 for bfloat16.
TEST_CASE("16-bit floats round to nearest, ties to even", "[dtype]") {
  const std::vector<double> given = {0.1,  65504, 65519.99, 65520, 1e-8, 6e-8,     3e-8,
                                     2049, 2051,  -0.0,     1e-5,  1e30, -2.0e-24, 6.103515625e-5};
  const std::vector<double> half = {0.0999755859375,
                                    65504,
                                    65504,
                                    HUGE_VAL,
                                    0,
                                    5.9604644775390625e-8,
                                    5.9604644775390625e-8,
                                    2048,
                                    2052,
                                    -0.0,
                                    1.0013580322265625e-5,
                                    HUGE_VAL,
                                    -0.0,
                                    6.103515625e-5};
  const Tensor t = Tensor::from_vector<double>(given, {14});
  CHECK(t.to_raw(DType::Float16).to_vector() == half);
  // Every code of binary16 that is a number comes back as itself.
  Tensor codes = Tensor::empty({65536}, DType::Float16);
  for (std::int64_t i = 0; i < 65536; ++i)
    codes.data<std::uint16_t>()[i] = static_cast<std::uint16_t>(i);
  const Tensor back = codes.to_raw(DType::Float32).to_raw(DType::Float16);
  for (std::int64_t i = 0; i < 65536; ++i) {
    if ((i & 0x7c00) == 0x7c00 && (i & 0x3ff)) continue;
    if (back.data<std::uint16_t>()[i] != i) FAIL_CHECK("code " << i);
  }
  const Tensor b = Tensor::from_vector<double>({1.00390625, 1.01171875, 3.4e38, -1.5}, {4});
  CHECK(b.to_raw(DType::BFloat16).to_vector() ==
        std::vector<double>{1.0, 1.015625, HUGE_VAL, -1.5});
}

TEST_CASE("integers of every width convert, with the bits that fit", "[dtype]") {
  const Tensor t = Tensor::from_vector<std::int64_t>({-1, 300, 70000, -129}, {4});
  CHECK(t.to_raw(DType::Int8).to_vector() == std::vector<double>{-1, 44, 112, 127});
  CHECK(t.to_raw(DType::Int16).to_vector() == std::vector<double>{-1, 300, 4464, -129});
  CHECK(t.to_raw(DType::UInt16).to_vector() == std::vector<double>{65535, 300, 4464, 65407});
  CHECK(t.to_raw(DType::UInt32).to_vector() ==
        std::vector<double>{4294967295., 300, 70000, 4294967167.});
  CHECK(t.to_raw(DType::UInt64).to_raw(DType::UInt32).to_raw(DType::Int64).to_vector() ==
        std::vector<double>{4294967295., 300, 70000, 4294967167.});
  CHECK(t.to_raw(DType::UInt64).to_vector()[0] == 18446744073709551616.);
  CHECK(Tensor::full({}, 1e19, DType::Float64).to_raw(DType::UInt64).to_vector()[0] == 1e19);
  CHECK(t.to_raw(DType::Int8).to_raw(DType::Bool).to_vector() == std::vector<double>{1, 1, 1, 1});
}

// Each against itself in float32: float16 comes out where float32 would, in the same shape.
// (PyTorch 1.13 has most of them in half precision on a GPU only, so it can't be the reference.)
TEST_CASE("every operator with samples takes float16", "[dtype]") {
  std::set<std::string> refused;
  std::size_t compared = 0;
  for (const OpDef& op : Registry::instance().all()) {
    if (!op.samples || op.inplace_of) continue;
    Collector samples;
    op.samples(samples);
    for (const Values& sample : samples.cases) {
      const Values args = with_defaults(op, sample);
      const Values small = in_dtype(args, DType::Float16);
      Values wide = small;
      for (Value& v : wide) {
        if (v.is<Tensor>() && v.get<Tensor>().dtype() == DType::Float16)
          v = v.get<Tensor>().to_raw(DType::Float32);
        else if (v.is<DType>() && v.get<DType>() == DType::Float16) v = DType::Float32;
        else if (v.is<TensorList>()) {
          TensorList list = v.get<TensorList>();
          for (Tensor& x : list)
            if (x.defined() && x.dtype() == DType::Float16) x = x.to_raw(DType::Float32);
          v = list;
        }
      }
      INFO(op.schema.full_name());
      TensorList a, b;
      try {
        a = tensors_of(call(op, small));
      } catch (const Error& e) {
        if (refused.insert(op.schema.full_name()).second)
          WARN(op.schema.full_name() << ": " << e.what());
        continue;
      }
      b = tensors_of(call(op, wide));
      REQUIRE(a.size() == b.size());
      for (std::size_t i = 0; i < a.size(); ++i) {
        if (!b[i].defined()) continue;
        CHECK(a[i].dtype() == (b[i].dtype() == DType::Float32 ? DType::Float16 : b[i].dtype()));
        CHECK(a[i].shape() == b[i].shape());
        ++compared;
      }
    }
  }
  CHECK(refused.empty());
  CHECK(compared > 300);
}
