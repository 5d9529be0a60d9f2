// Autograd rules. Expected numbers and texts are those of PyTorch 1.13 for the same statements.
#include <catch2/catch.hpp>

#include "autograd/engine.h"
#include "autograd/variable.h"
#include "ops/ops.h"
#include "print/tensor_text.h"

using namespace gradbox;

namespace {

Tensor leaf(const std::vector<float>& v, const Dims& shape) {
  Tensor t = Tensor::from_vector<float>(v, shape);
  t.set_requires_grad(true);
  return t;
}
Tensor leaf(float v) { return leaf({v}, {}); }
void run_backward(const Tensor& t, bool retain = false, bool create = false) {
  backward({t}, {}, {retain || create, create});
}

}  // namespace

TEST_CASE("a scalar chain gives the chain rule's gradients") {
  const Tensor w = leaf(0.5F), b = leaf(0.1F);
  const Tensor loss = ops::pow(ops::sub(ops::add(ops::mul(w, 2.0), b), 5.0), 2);
  run_backward(loss);
  CHECK(w.grad().item() == Approx(-15.6));
  CHECK(b.grad().item() == Approx(-7.8));
}

TEST_CASE("gradients accumulate and a second backward needs retain_graph") {
  const Tensor x = leaf(3);
  const Tensor y = ops::mul(x, x);
  run_backward(y, true);
  run_backward(y);
  CHECK(x.grad().item() == Approx(12));
  CHECK_THROWS_WITH(run_backward(y),
                    Catch::Contains("Trying to backward through the graph a second time"));
}

TEST_CASE("create_graph gives second and third derivatives") {
  const Tensor x = leaf(2);
  const Tensor y = ops::pow(x, 4);
  const Tensor g1 = grad({y}, {x}, {}, {true, true}, false)[0];
  const Tensor g2 = grad({g1}, {x}, {}, {true, true}, false)[0];
  const Tensor g3 = grad({g2}, {x}, {}, {false, false}, false)[0];
  CHECK(g1.item() == Approx(32));
  CHECK(g2.item() == Approx(48));
  CHECK(g3.item() == Approx(48));
}

TEST_CASE("broadcast gradients are summed to the input's shape") {
  const Tensor a = leaf({1, 2, 3, 4, 5, 6}, {2, 3}), b = leaf({1, 2, 3}, {3});
  run_backward(ops::sum(ops::mul(a, b)));
  CHECK(b.grad().shape() == Dims{3});
  CHECK(b.grad().to_vector() == std::vector<double>{5, 7, 9});
}

TEST_CASE("backward's errors are PyTorch's") {
  const Tensor x = leaf({1, 2}, {2});
  CHECK_THROWS_WITH(run_backward(ops::mul(x, 2.0)),
                    "grad can be implicitly created only for scalar outputs");
  CHECK_THROWS_WITH(run_backward(Tensor::scalar(1, DType::Float32)),
                    "element 0 of tensors does not require grad and does not have a grad_fn");
  CHECK_THROWS_WITH(grad({ops::sum(x)}, {leaf(1)}, {}, {}, false),
                    Catch::Contains("Set allow_unused=True"));
  CHECK_FALSE(grad({ops::sum(x)}, {leaf(1)}, {}, {}, true)[0].defined());
}

TEST_CASE("a saved tensor that was modified in place is refused") {
  const Tensor x = leaf(2);
  const Tensor y = ops::exp(x);  // saves its output
  const Tensor z = ops::sum(y);
  call("add_", {y, 1.0});
  CHECK_THROWS_WITH(run_backward(z),
                    Catch::Contains("modified by an inplace operation") &&
                        Catch::Contains("is at version 1; expected version 0 instead"));
}

TEST_CASE("in-place operators rewrite history") {
  const Tensor x = leaf(3);
  const Tensor y = ops::mul(x, 2.0);
  call("mul_", {y, x});
  run_backward(y);
  CHECK(y.item() == Approx(18));
  CHECK(x.grad().item() == Approx(12));
}

TEST_CASE("in-place writes through a view reach the base's history") {
  const Tensor x = leaf({1, 2, 3, 4}, {4});
  const Tensor base = ops::mul(x, 1.0);
  const Tensor view = ops::slice(base, 0, 1, 3);
  call("mul_", {view, 10.0});
  CHECK(base.grad_fn()->name() == "CopySlices");
  CHECK(view.grad_fn()->name() == "AsStridedBackward0");
  run_backward(ops::sum(base));
  CHECK(x.grad().to_vector() == std::vector<double>{1, 10, 10, 1});
}

TEST_CASE("leaves that require grad can't be modified in place") {
  const Tensor x = leaf({1, 2}, {2});
  CHECK_THROWS_WITH(call("add_", {x, 1.0}),
                    "a leaf Variable that requires grad is being used in an in-place operation.");
  CHECK_THROWS_WITH(
      call("add_", {ops::select(x, 0, 0), 1.0}),
      "a view of a leaf Variable that requires grad is being used in an in-place operation.");
  GradModeGuard off(false);
  call("add_", {x, 1.0});
  CHECK(x.to_vector() == std::vector<double>{2, 3});
}

TEST_CASE("no_grad and detach cut the graph") {
  const Tensor x = leaf(2);
  {
    GradModeGuard off(false);
    CHECK_FALSE(ops::mul(x, x).requires_grad());
  }
  CHECK_FALSE(ops::mul(x, x).detach().requires_grad());
  CHECK(ops::mul(x, x).requires_grad());
}

TEST_CASE("tensor hooks see and replace gradients; retain_grad keeps them") {
  const Tensor x = leaf(2);
  const Tensor y = ops::mul(x, 3.0);
  y.retain_grad();
  double seen = 0;
  const auto id = y.register_hook([&](const Tensor& g) {
    seen = g.item();
    return ops::mul(g, 10.0);
  });
  const Tensor z = ops::mul(y, y);
  run_backward(z, true);
  CHECK(seen == Approx(12));
  CHECK(x.grad().item() == Approx(360));
  CHECK(y.grad().item() == Approx(120));
  y.remove_hook(id);
  x.set_grad(Tensor());
  run_backward(z);
  CHECK(x.grad().item() == Approx(36));
}

TEST_CASE("a custom function's backward is used") {
  const Tensor x = leaf(3);
  const TensorList out = apply_function(
      "Clip", {x}, [](const TensorList& in) { return TensorList{ops::mul(in[0], 2.0)}; },
      [](const TensorList& g) { return TensorList{ops::mul(g[0], 100.0)}; });
  CHECK(out[0].grad_fn()->name() == "ClipBackward");
  run_backward(out[0]);
  CHECK(x.grad().item() == Approx(100));
}

TEST_CASE("a long graph is differentiated and freed without recursion") {
  const MemoryStats before = memory_stats();
  {
    const Tensor x = leaf(1);
    Tensor y = ops::mul(x, 1.0);
    for (int i = 0; i < 50000; ++i) y = ops::add(y, 1e-5);
    run_backward(y);
    CHECK(x.grad().item() == Approx(1));
    Tensor unused = x;
    for (int i = 0; i < 50000; ++i) unused = ops::mul(unused, unused);
  }
  CHECK(memory_stats().live_tensors == before.live_tensors);
  CHECK(memory_stats().live_bytes == before.live_bytes);
}

TEST_CASE("no cycle survives in-place writes, hooks, retained gradients or double backward") {
  const MemoryStats before = memory_stats();
  {
    const Tensor w = leaf({1, 2, 3}, {3});
    // h is saved by the product, then written to with what depends on it: a history that leads
    // back.
    const Tensor h = Tensor::full({3}, 0, DType::Float32);
    call("add_", {h, ops::mul(w, h)});
    CHECK_THROWS_WITH(run_backward(ops::sum(h)),
                      Catch::Contains("modified by an inplace operation"));
    const Tensor e = ops::exp(w);
    e.retain_grad();
    e.register_hook([](const Tensor& g) { return g; });
    const Tensor g = grad({ops::sum(ops::mul(e, e))}, {w}, {}, {true, true}, false)[0];
    run_backward(ops::sum(g));
    w.set_grad(Tensor());
  }
  CHECK(memory_stats().live_tensors == before.live_tensors);
}

TEST_CASE("an allocation that can't be had is an error and nothing else") {
  const MemoryStats before = memory_stats();
  CHECK_THROWS_WITH(Tensor::empty({std::int64_t{1} << 40, 1 << 20}, DType::Float32),
                    Catch::Contains("can't allocate memory: you tried to allocate"));
  CHECK_THROWS_WITH(Tensor::empty({std::int64_t{1} << 40, std::int64_t{1} << 40}, DType::Float32),
                    Catch::Contains("Storage size calculation overflowed"));
  CHECK(memory_stats().live_bytes == before.live_bytes);
}
