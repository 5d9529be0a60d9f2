// The gradient check: for every differentiable operator of the registry and every sample it
// declares, analytic gradients against central differences in float64, and the same for the
// gradients' own gradients. (The method is that of torch.autograd.gradcheck and gradgradcheck.)
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "autograd/engine.h"
#include "autograd/variable.h"
#include "ops/ops.h"
#include "samples.h"

using namespace gradbox;

namespace {

TensorList differentiable_inputs(const Values& args) {
  TensorList out;
  for (const Value& v : args) {
    if (v.is<Tensor>() && v.get<Tensor>().requires_grad()) out.push_back(v.get<Tensor>());
    if (v.is<TensorList>())
      for (const Tensor& t : v.get<TensorList>())
        if (t.defined() && t.requires_grad()) out.push_back(t);
  }
  return out;
}

// Weighted sum of all differentiable outputs: one number that depends on every element.
Tensor scalar_of(const Value& result) {
  TensorList outputs;
  if (result.is<Tensor>()) outputs = {result.get<Tensor>()};
  else outputs = result.get<TensorList>();
  Tensor total;
  double k = 0.7;
  for (const Tensor& t : outputs) {
    if (!is_floating(t.dtype())) continue;
    Tensor weights = Tensor::empty(t.shape(), DType::Float64);
    for (std::int64_t i = 0; i < weights.numel(); ++i)
      weights.data<double>()[i] = k = std::fmod(k * 1.9 + 0.31, 1.7) + 0.1;
    const Tensor s = ops::sum(ops::mul(t, weights));
    total = total.defined() ? ops::add(total, s) : s;
  }
  return total;
}

using Function = std::function<Tensor()>;

// Analytic gradients of f() against central differences, element by element.
void compare(const Function& f, const TensorList& inputs, const TensorList& analytic,
             double tolerance) {
  constexpr double kStep = 1e-6;
  for (std::size_t n = 0; n < inputs.size(); ++n) {
    INFO("input " << n);
    REQUIRE(analytic[n].defined());
    REQUIRE(analytic[n].shape() == inputs[n].shape());
    const std::vector<double> g = analytic[n].to_vector();
    for (std::int64_t i = 0; i < inputs[n].numel(); ++i) {
      double& x = inputs[n].data<double>()[i];
      const double kept = x;
      x = kept + kStep;
      const double up = f().item();
      x = kept - kStep;
      const double down = f().item();
      x = kept;
      const double numeric = (up - down) / (2 * kStep);
      INFO("element " << i << ": analytic " << g[static_cast<std::size_t>(i)] << ", numeric "
                      << numeric);
      CHECK(std::abs(g[static_cast<std::size_t>(i)] - numeric) <=
            tolerance * std::max(1.0, std::abs(numeric)));
    }
  }
}

TensorList or_zeros(TensorList grads, const TensorList& inputs) {
  for (std::size_t i = 0; i < grads.size(); ++i)
    if (!grads[i].defined()) grads[i] = Tensor::full(inputs[i].shape(), 0, DType::Float64);
  return grads;
}

void check_case(const OpDef& op, const Values& sample) {
  const Values args = with_defaults(op, sample);
  const TensorList inputs = differentiable_inputs(args);
  REQUIRE_FALSE(inputs.empty());
  const Function f = [&] { return scalar_of(call(op, args)); };
  const Tensor y = f();
  REQUIRE(y.requires_grad());
  TensorList first = or_zeros(grad({y}, inputs, {}, {true, true}, true), inputs);
  compare(f, inputs, first, 1e-5);

  // Second order: a weighted sum of the gradients, differentiated again.
  const Function h = [&] {
    const TensorList g = or_zeros(grad({f()}, inputs, {}, {true, true}, true), inputs);
    return scalar_of(Value(g));
  };
  const Tensor z = h();
  if (!z.requires_grad()) return;  // linear operators have constant gradients
  compare(h, inputs, or_zeros(grad({z}, inputs, {}, {false, false}, true), inputs), 1e-4);
}

}  // namespace

TEST_CASE("every differentiable operator passes the gradient check") {
  int checked = 0;
  for (const OpDef& op : Registry::instance().all()) {
    if (!op.differentiable() || op.inplace_of) continue;
    INFO(op.schema.text);
    if (!op.samples) {
      CHECK_FALSE(op.no_gradcheck.empty());
      continue;
    }
    Collector c;
    op.samples(c);
    REQUIRE_FALSE(c.cases.empty());
    for (const Values& sample : c.cases) check_case(op, sample);
    ++checked;
  }
  // The registry can't silently shrink.
  CHECK(checked > 70);
}

TEST_CASE("the in-place form of an operator gives the same values and gradients") {
  const std::set<std::string> write_only = {"uniform_", "normal_", "random_", "bernoulli_"};
  for (const OpDef& op : Registry::instance().all()) {
    if (!op.inplace_of || !op.inplace_of->samples || write_only.count(op.schema.name)) continue;
    INFO(op.schema.text);
    Collector c;
    op.inplace_of->samples(c);
    for (const Values& sample : c.cases) {
      const Values args = with_defaults(*op.inplace_of, sample);
      const Tensor self = args[0].get<Tensor>();
      const Tensor expected = call(*op.inplace_of, args).get<Tensor>();
      if (expected.shape() != self.shape()) continue;  // broadcasting can't be in place
      const TensorList inputs = differentiable_inputs(args);
      const TensorList want = or_zeros(grad({scalar_of(expected)}, inputs, {}, {}, true), inputs);
      Values written = args;
      written[0] = ops::mul(self, 1.0);
      const Tensor got = call(op, written).get<Tensor>();
      CHECK(got.is_same(written[0].get<Tensor>()));
      CHECK(call("allclose", {got.detach(), expected.detach()}).as_bool());
      const TensorList have = or_zeros(grad({scalar_of(got)}, inputs, {}, {}, true), inputs);
      for (std::size_t i = 0; i < inputs.size(); ++i)
        CHECK(call("allclose", {have[i], want[i]}).as_bool());
    }
  }
}
