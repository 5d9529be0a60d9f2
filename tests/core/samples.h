// The inputs that operators declare for generic tests.
#pragma once

#include "ops/registry.h"

namespace gradbox {

// Small deterministic numbers; the check must not depend on the library's own generator.
class Collector : public Samples {
 public:
  std::vector<Values> cases;

  Tensor randn(const Dims& shape) override { return uniform(shape, -1.5, 1.5); }
  Tensor uniform(const Dims& shape, double low, double high) override {
    Tensor t = Tensor::empty(shape, DType::Float64);
    for (std::int64_t i = 0; i < t.numel(); ++i) t.data<double>()[i] = low + (high - low) * next();
    t.set_requires_grad(true);
    return t;
  }
  Tensor distinct(const Dims& shape) override {
    Tensor t = Tensor::empty(shape, DType::Float64);
    const std::int64_t n = t.numel();
    for (std::int64_t i = 0; i < n; ++i) {
      // A fixed permutation of values 0.13 apart, alternating in sign.
      const auto rank = static_cast<double>((i * 7 + 3) % n + 1);
      t.data<double>()[i] =
          0.13 * rank * (i % 2 ? -1 : 1) + 0.01 * static_cast<double>(i) / static_cast<double>(n);
    }
    t.set_requires_grad(true);
    return t;
  }
  Tensor fixed(const FloatList& values, const Dims& shape, DType dtype) override {
    return Tensor::from_vector<double>(values, shape).to_raw(dtype);
  }
  void add(Values args) override { cases.push_back(std::move(args)); }

 private:
  double next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state_ >> 11U) / 9007199254740992.0;
  }
  std::uint64_t state_ = 42;
};

// Samples give keyword-only arguments in their place, too.
inline Values with_defaults(const OpDef& op, const Values& args) {
  Values positional;
  std::vector<Keyword> keywords;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const ArgSpec& spec = op.schema.args.at(i);
    if (spec.kwarg_only) keywords.push_back({spec.name, args[i]});
    else positional.push_back(args[i]);
  }
  return bind({&op}, positional, keywords).args;
}

}  // namespace gradbox
