// Tensor without autograd: construction, geometry, element access. See autograd/variable.cpp for
// the rest of the class.
#include "core/tensor.h"

#include <cstring>
#include <limits>
#include <utility>

#include "autograd/variable.h"
#include "kernels/copy.h"

namespace gradbox {

namespace {

bool contiguous_geometry(const Dims& shape, const Dims& strides) {
  for (const std::int64_t n : shape)
    if (n == 0) return true;
  std::int64_t step = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    if (shape[i] == 1) continue;
    if (strides[i] != step) return false;
    step *= shape[i];
  }
  return true;
}

// Element count with overflow caught, so that absurd shapes end in the allocator's error.
std::int64_t checked_bytes(const Dims& shape, std::int64_t item) {
  std::int64_t n = item;
  for (const auto d : shape) {
    if (d < 0)
      fail(ErrorKind::Runtime, "Trying to create tensor with negative dimension ", d, ": ",
           to_string(shape));
    if (d != 0 && n > std::numeric_limits<std::int64_t>::max() / d)
      fail(ErrorKind::Runtime, "Storage size calculation overflowed with sizes=", to_string(shape));
    n *= d;
  }
  return n;
}

// Up to here no count of bytes overflows.
constexpr std::int64_t kManyElements = std::int64_t{1} << 48;

// Views take memory as well: under a MemoryLimit each tensor counts as this many bytes.
constexpr std::int64_t kTensorBytes = 256;

void check_tensor_count() {
  const MemoryStats& s = memory_stats();
  if (s.limit >= 0 && s.live_tensors > (s.limit - s.live_bytes) / kTensorBytes)
    fail(ErrorKind::Runtime, "DefaultCPUAllocator: can't allocate memory: ", s.live_tensors,
         " tensors are alive");
}

std::int64_t checked_numel(const Dims& shape) {
  // Sizes are unsigned to PyTorch, and negative ones therefore too large.
  for (const auto d : shape)
    if (d < 0) fail(ErrorKind::Runtime, "numel: integer multiplication overflow");
  return product(shape);
}

std::uint64_t g_next_uid = 1;
bool g_inference_mode = false;

}  // namespace

bool inference_mode() { return g_inference_mode; }
bool set_inference_mode(bool on) { return std::exchange(g_inference_mode, on); }

ShapeData::ShapeData(Dims sh, Dims st)
    : shape(std::move(sh)),
      strides(std::move(st)),
      numel(checked_numel(shape)),
      contiguous(contiguous_geometry(shape, strides)),
      row_major(false) {}

ShapeData::ShapeData(Dims sh)
    : shape(std::move(sh)),
      strides(contiguous_strides(shape)),
      numel(checked_numel(shape)),
      contiguous(true),
      row_major(true) {}

TensorImpl::TensorImpl(Ref<Storage> s, Ref<ShapeData> g, std::int64_t off, DType t)
    : storage(std::move(s)),
      geometry(std::move(g)),
      offset(off),
      dtype(t),
      inference(g_inference_mode) {
  check_tensor_count();
  ++memory_stats().live_tensors;
}

TensorImpl::~TensorImpl() {
  --memory_stats().live_tensors;
  if (meta && meta->retains_grad && meta->grad_fn) {
    auto& retainers = meta->grad_fn->retainers;
    for (std::size_t i = retainers.size(); i-- > 0;)
      if (retainers[i].second == this)
        retainers.erase(retainers.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

Tensor::Tensor(const Tensor& o) = default;
Tensor& Tensor::operator=(const Tensor& o) = default;
Tensor& Tensor::operator=(Tensor&& o) noexcept = default;
Tensor::~Tensor() = default;

Tensor Tensor::empty(const Dims& shape, DType dtype) {
  const std::int64_t bytes = checked_bytes(shape, item_size(dtype));
  return Tensor(
      make_ref<TensorImpl>(make_ref<Storage>(bytes), make_ref<ShapeData>(shape), 0, dtype));
}

Tensor Tensor::empty_like(const Tensor& t, DType dtype) {
  const Ref<ShapeData>& g = t.impl_->geometry;
  if (!g->row_major) return empty(g->shape, dtype);
  std::int64_t bytes = g->numel * item_size(dtype);
  if (g->numel > kManyElements) bytes = checked_bytes(g->shape, item_size(dtype));
  return Tensor(make_ref<TensorImpl>(make_ref<Storage>(bytes), g, 0, dtype));
}

Tensor Tensor::full(const Dims& shape, double value, DType dtype) {
  if (is_stored_only(dtype)) return full(shape, value, carrier(dtype)).to_raw(dtype);
  Tensor out = empty(shape, dtype);
  dispatch(dtype, [&](auto tag) {
    using T = decltype(tag);
    T* p = out.data<T>();
    const T v = kernels::convert<T>(value);
    for (std::int64_t i = 0, n = out.numel(); i < n; ++i) p[i] = v;
  });
  return out;
}

Tensor Tensor::scalar(double value, DType dtype) { return full({}, value, dtype); }

Tensor Tensor::scalar_int(std::int64_t value, DType dtype) {
  if (is_stored_only(dtype)) return scalar_int(value, carrier(dtype)).to_raw(dtype);
  Tensor out = empty({}, dtype);
  dispatch(dtype, [&](auto tag) {
    using T = decltype(tag);
    *out.data<T>() = static_cast<T>(value);
  });
  return out;
}

Tensor Tensor::wrapped_number(double value) {
  Tensor t = scalar(value, DType::Float64);
  t.impl()->wrapped_number = true;
  return t;
}

Tensor Tensor::wrapped_number(std::int64_t value) {
  Tensor t = scalar_int(value);
  t.impl()->wrapped_number = true;
  return t;
}

Tensor Tensor::wrapped_number(bool value) {
  Tensor t = scalar_int(value ? 1 : 0, DType::Bool);
  t.impl()->wrapped_number = true;
  return t;
}

template <class T>
Tensor Tensor::from_vector(const std::vector<T>& values, const Dims& shape) {
  Tensor out = empty(shape, dtype_of<T>::value);
  check(static_cast<std::int64_t>(values.size()) == out.numel(), "shape '", to_string(shape),
        "' is invalid for input of size ", values.size());
  if (!values.empty()) std::memcpy(out.raw(), values.data(), values.size() * sizeof(T));
  return out;
}
template Tensor Tensor::from_vector(const std::vector<float>&, const Dims&);
template Tensor Tensor::from_vector(const std::vector<double>&, const Dims&);
template Tensor Tensor::from_vector(const std::vector<std::int64_t>&, const Dims&);
template Tensor Tensor::from_vector(const std::vector<std::int32_t>&, const Dims&);
template Tensor Tensor::from_vector(const std::vector<std::uint8_t>&, const Dims&);

std::uint32_t Tensor::use_count() const { return impl_ ? impl_->use_count() : 0; }
const Dims& Tensor::shape() const { return impl_->geometry->shape; }
const Dims& Tensor::strides() const { return impl_->geometry->strides; }
std::int64_t Tensor::offset() const { return impl_->offset; }
std::int64_t Tensor::dim() const {
  return static_cast<std::int64_t>(impl_->geometry->shape.size());
}
std::int64_t Tensor::numel() const { return impl_->geometry->numel; }
DType Tensor::dtype() const { return impl_->dtype; }
bool Tensor::is_contiguous() const { return impl_->geometry->contiguous; }
bool Tensor::is_wrapped_number() const { return impl_->wrapped_number; }
Ref<Storage> Tensor::storage() const { return impl_->storage; }
std::uint32_t Tensor::version() const { return impl_->storage->version; }
void Tensor::bump_version() const { ++impl_->storage->version; }

std::int64_t Tensor::size(std::int64_t d) const {
  if (impl_->geometry->shape.empty())
    fail(ErrorKind::Index, "Dimension specified as ", d, " but tensor has no dimensions");
  return impl_->geometry->shape[static_cast<std::size_t>(wrap_dim(d, dim()))];
}

std::uint64_t Tensor::uid() const {
  if (impl_->uid == 0) impl_->uid = g_next_uid++;
  return impl_->uid;
}

char* Tensor::raw() const {
  return impl_->storage->data() + impl_->offset * item_size(impl_->dtype);
}

double Tensor::item() const {
  if (numel() != 1)
    fail(ErrorKind::Value, "only one element tensors can be converted to Python scalars");
  if (is_stored_only(dtype())) return to_raw(DType::Float64).item();
  return dispatch(dtype(), [&](auto tag) { return static_cast<double>(*data<decltype(tag)>()); });
}

std::int64_t Tensor::item_int() const {
  if (numel() != 1)
    fail(ErrorKind::Value, "only one element tensors can be converted to Python scalars");
  if (is_stored_only(dtype())) return to_raw(DType::Int64).item_int();
  return dispatch(dtype(),
                  [&](auto tag) { return static_cast<std::int64_t>(*data<decltype(tag)>()); });
}

std::vector<double> Tensor::to_vector() const {
  const Tensor d = to_raw(DType::Float64).contiguous_raw();
  return std::vector<double>(d.data<double>(), d.data<double>() + d.numel());
}

Tensor Tensor::alias(const Dims& shape, const Dims& strides, std::int64_t offset) const {
  Tensor t(make_ref<TensorImpl>(impl_->storage, make_ref<ShapeData>(shape, strides), offset,
                                impl_->dtype));
  t.impl()->inference = impl_->inference;
  return t;
}

Tensor Tensor::alias() const {
  Tensor t(make_ref<TensorImpl>(impl_->storage, impl_->geometry, impl_->offset, impl_->dtype));
  t.impl()->inference = impl_->inference;
  return t;
}

Tensor Tensor::contiguous_raw() const { return is_contiguous() ? *this : clone_raw(); }

Tensor Tensor::clone_raw() const {
  Tensor out = empty_like(*this, dtype());
  kernels::copy_strided(out, *this);
  return out;
}

Tensor Tensor::to_raw(DType dtype) const {
  if (dtype == this->dtype()) return *this;
  Tensor out = empty_like(*this, dtype);
  kernels::copy_strided(out, *this);
  return out;
}

void Tensor::copy_raw(const Tensor& src) const {
  Tensor from = src;
  if (src.shape() != shape()) {
    if (!is_expandable_to(src.shape(), shape()))
      fail(ErrorKind::Runtime, "The size of tensor a (", dim() ? size(-1) : 1,
           ") must match the size of tensor b (", src.dim() ? src.size(-1) : 1,
           ") at non-singleton dimension ", dim() ? dim() - 1 : 0);
    Dims strides(shape().size(), 0);
    const std::size_t skip = shape().size() - src.shape().size();
    for (std::size_t i = 0; i < src.shape().size(); ++i)
      if (src.shape()[i] == shape()[i + skip]) strides[i + skip] = src.strides()[i];
    from = src.alias(shape(), strides, src.offset());
  }
  kernels::copy_strided(*this, from);
}

}  // namespace gradbox
