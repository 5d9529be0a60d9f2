// Texts are what PyTorch 1.13 prints for the same tensors.
#include <catch2/catch.hpp>
#include <limits>

#include "ops/ops.h"
#include "print/tensor_text.h"

using namespace gradbox;

TEST_CASE("tensor text follows PyTorch") {
  const auto f = [](const std::vector<float>& v, const Dims& s) {
    return tensor_text(Tensor::from_vector<float>(v, s));
  };
  CHECK(f({1, 2, 3}, {3}) == "tensor([1., 2., 3.])");
  CHECK(f({0.5F}, {}) == "tensor(0.5000)");
  CHECK(f({1, 1000, 1e9F}, {3}) == "tensor([1.0000e+00, 1.0000e+03, 1.0000e+09])");
  CHECK(f({1e-5F, 1}, {2}) == "tensor([1.0000e-05, 1.0000e+00])");
  CHECK(f({std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN(), 1.5F},
          {3}) == "tensor([   inf,    nan, 1.5000])");
  CHECK(f({1, -2, 3.25F, 4}, {2, 2}) ==
        "tensor([[ 1.0000, -2.0000],\n        [ 3.2500,  4.0000]])");
  CHECK(f({}, {0}) == "tensor([])");
  CHECK(f({}, {0, 3}) == "tensor([], size=(0, 3))");
  CHECK(tensor_text(Tensor::from_vector<std::int64_t>({1, -20}, {2})) == "tensor([  1, -20])");
  CHECK(tensor_text(Tensor::full({2}, 1, DType::Bool)) == "tensor([True, True])");
  CHECK(tensor_text(Tensor::full({2}, 1, DType::Float64)) ==
        "tensor([1., 1.], dtype=torch.float64)");
}

TEST_CASE("big tensors are summarised") {
  CHECK(tensor_text(ops::arange(2000)) == "tensor([   0,    1,    2,  ..., 1997, 1998, 1999])");
}

TEST_CASE("grad_fn and requires_grad are shown") {
  Tensor x = Tensor::from_vector<float>({1, 2}, {2});
  x.set_requires_grad(true);
  CHECK(tensor_text(x) == "tensor([1., 2.], requires_grad=True)");
  CHECK(tensor_text(ops::mul(x, 2.0)) == "tensor([2., 4.], grad_fn=<MulBackward0>)");
}

TEST_CASE("numbers print as Python's repr") {
  CHECK(python_float(0.1) == "0.1");
  CHECK(python_float(1) == "1.0");
  CHECK(python_float(1e-7) == "1e-07");
  CHECK(python_float(1e16) == "1e+16");
  CHECK(python_float(123456.75) == "123456.75");
  CHECK(python_float(0.10000000149011612) == "0.10000000149011612");
}
