// Tensors out of nothing: constants, ranges, random numbers.
#include <algorithm>
#include <cmath>

#include "core/generator.h"
#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

void constant_of_shape(NodeRun& r) {
  const IntList shape = r.ints(0);
  for (const auto n : shape)
    if (n < 0) r.fail("the shape has a negative dimension");
  if (!r.has_attribute("value")) return r.give(Tensor::full(shape, 0, DType::Float32));
  const Tensor value = r.attr_tensor("value").tensor();
  if (value.numel() != 1) r.fail("value must have one element");
  r.give(ops::contiguous(ops::expand(ops::reshape(value, Dims{}), shape)));
}

void eye_like(NodeRun& r) {
  const Tensor& x = r.in();
  if (x.dim() != 2) r.fail("the input must have two dimensions");
  const std::int64_t rows = x.size(0), columns = x.size(1),
                     k = std::clamp(r.attr("k", std::int64_t{0}), -rows, columns);
  const Tensor eye = Tensor::full(x.shape(), 0, DType::Float32);
  for (std::int64_t i = 0; i < rows; ++i)
    if (i + k >= 0 && i + k < columns) eye.data<float>()[i * columns + i + k] = 1;
  r.give(as(eye, r.attr_dtype("dtype", x.dtype())));
}

void range(NodeRun& r) {
  const DType dtype = r.in(0).dtype();
  const Tensor &start = r.in(0), &limit = r.in(1), &delta = r.in(2);
  const double step = delta.item();
  if (step == 0) r.fail("delta is 0");
  const double n = std::max(std::ceil((limit.item() - start.item()) / step), 0.0);
  if (!(n < 1e10)) r.fail("the range is too long");
  const Tensor i = Tensor::empty({static_cast<std::int64_t>(n)}, DType::Int64);
  for (std::int64_t k = 0; k < i.numel(); ++k) i.data<std::int64_t>()[k] = k;
  const DType wide = is_floating(dtype) ? DType::Float64 : DType::Int64;
  r.give(ops::add(ops::mul(i.to_raw(wide), as(ops::reshape(delta, Dims{}), wide)),
                  as(ops::reshape(start, Dims{}), wide))
             .to_raw(dtype));
}

const KernelRow kRows[] = {
    {"ConstantOfShape", 9, constant_of_shape}, {"EyeLike", 9, eye_like}, {"Range", 11, range}};

// ---- random numbers ----

// Attribute seed puts a generator of its own in use; the core's serves otherwise.
class Seeded {
 public:
  explicit Seeded(NodeRun& r) : on_(r.has_attribute("seed")) {
    if (!on_) return;
    own_.manual_seed(static_cast<std::uint64_t>(whole(r, r.attr("seed", 0.0), "seed")));
    before_ = use_generator(&own_);
  }
  ~Seeded() {
    if (on_) use_generator(before_);
  }

 private:
  bool on_;
  Generator own_;
  Generator* before_ = nullptr;
};

Tensor drawn(NodeRun& r, const Dims& shape, DType dtype, bool normal) {
  const Seeded seeded(r);
  if (normal) {
    const double scale = r.attr("scale", 1.0), mean = r.attr("mean", 0.0);
    return as(ops::add(ops::mul(ops::randn(shape), scale), mean), dtype);
  }
  const double low = r.attr("low", 0.0), high = r.attr("high", 1.0);
  return as(ops::add(ops::mul(ops::rand(shape), high - low), low), dtype);
}

template <bool Normal>
void random(NodeRun& r) {
  r.give(drawn(r, r.attr_ints("shape"), r.attr_dtype("dtype", DType::Float32), Normal));
}

template <bool Normal>
void random_like(NodeRun& r) {
  const Tensor& x = r.in();
  r.give(drawn(r, x.shape(), r.attr_dtype("dtype", x.dtype()), Normal));
}

void bernoulli(NodeRun& r) {
  const Seeded seeded(r);
  const Tensor& p = r.in();
  r.give(as(ops::bernoulli(as_float(p)), r.attr_dtype("dtype", p.dtype())));
}

// Samples class indices by the softmax of unnormalised log-probabilities.
void multinomial(NodeRun& r) {
  const Seeded seeded(r);
  const Tensor drawn = op("multinomial", ops::softmax(as_float(r.in()), -1),
                          r.attr("sample_size", std::int64_t{1}), true);
  r.give(as(drawn, r.attr_dtype("dtype", DType::Int32)));
}

const KernelRow kRandomRows[] = {
    {"RandomNormal", 1, random<true>},
    {"RandomUniform", 1, random<false>},
    {"RandomNormalLike", 1, random_like<true>},
    {"RandomUniformLike", 1, random_like<false>},
    {"Bernoulli", 15, bernoulli},
    {"Multinomial", 7, multinomial},
};

}  // namespace

void add_creation_kernels() { add_kernels(kRows); }
void add_random_kernels() { add_kernels(kRandomRows); }

}  // namespace gradbox::onnx
