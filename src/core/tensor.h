// Tensor: a counted pointer to shape, strides, dtype and shared storage, plus autograd metadata.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/dtype.h"
#include "core/ref.h"
#include "core/shape.h"
#include "core/storage.h"

namespace gradbox {

class Node;
class Tensor;
class TensorImpl;

// A hook on a tensor's gradient: gets the gradient, returns a replacement or an undefined tensor.
using TensorHook = std::function<Tensor(const Tensor&)>;
struct TensorHookList : RefCounted {
  std::vector<std::pair<std::uint64_t, TensorHook>> hooks;
};

// Shape and strides. Never changed once it is made: tensors of one shape, and what the graph
// remembers of them, share it, which saves most of the small allocations of an operator.
class ShapeData : public RefCounted {
 public:
  ShapeData(Dims shape, Dims strides);
  // Row-major.
  explicit ShapeData(Dims shape);
  const Dims shape;
  const Dims strides;  // in elements
  const std::int64_t numel;
  const bool contiguous;
  const bool row_major;  // strides are those of contiguous_strides, also where a size is 1

 protected:
  ~ShapeData() override = default;
};

// What autograd knows about a tensor; absent on tensors that never met autograd.
struct AutogradMeta;

class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(Ref<TensorImpl> impl) : impl_(std::move(impl)) {}
  // Counting is out of line: formulas are full of temporaries, and the inlined code would be a
  // large part of the download.
  Tensor(const Tensor& o);
  Tensor(Tensor&& o) noexcept = default;
  Tensor& operator=(const Tensor& o);
  Tensor& operator=(Tensor&& o) noexcept;
  ~Tensor();

  // Uninitialised, contiguous.
  static Tensor empty(const Dims& shape, DType dtype);
  // Of the same shape as t.
  static Tensor empty_like(const Tensor& t, DType dtype);
  static Tensor full(const Dims& shape, double value, DType dtype);
  static Tensor scalar(double value, DType dtype);
  static Tensor scalar_int(std::int64_t value, DType dtype = DType::Int64);
  // A number given by the front end where a tensor may stand: a 0-dim tensor that takes part in
  // type promotion only by category (PyTorch's "wrapped number").
  static Tensor wrapped_number(double value);
  static Tensor wrapped_number(std::int64_t value);
  static Tensor wrapped_number(bool value);
  template <class T>
  static Tensor from_vector(const std::vector<T>& values, const Dims& shape);

  bool defined() const { return static_cast<bool>(impl_); }
  explicit operator bool() const = delete;
  TensorImpl* impl() const { return impl_.get(); }
  const Ref<TensorImpl>& ref() const { return impl_; }
  bool is_same(const Tensor& o) const { return impl_ == o.impl_; }
  std::uint32_t use_count() const;

  const Dims& shape() const;
  const Dims& strides() const;
  std::int64_t offset() const;  // in elements
  std::int64_t dim() const;
  std::int64_t size(std::int64_t d) const;  // negative d counts from the end
  std::int64_t numel() const;
  DType dtype() const;
  bool is_contiguous() const;
  bool is_wrapped_number() const;
  // Process-wide identity, stable for the tensor's life and never reused.
  std::uint64_t uid() const;

  // Address of the first element (offset applied). No dtype check beyond an assertion.
  char* raw() const;
  template <class T>
  T* data() const {
    return reinterpret_cast<T*>(raw());
  }
  Ref<Storage> storage() const;
  std::uint32_t version() const;
  void bump_version() const;

  // A one-element tensor's value; throws
  // "a Tensor with 3 elements cannot be converted to Scalar" (ValueError in torch 1.13).
  double item() const;
  std::int64_t item_int() const;
  // Elements in row-major order, converted.
  std::vector<double> to_vector() const;

  // Another geometry over the same storage, without autograd. Offset in elements.
  Tensor alias(const Dims& shape, const Dims& strides, std::int64_t offset) const;
  Tensor alias() const;
  // Contiguous copy or same tensor; without autograd. (ops::contiguous is differentiable.)
  Tensor contiguous_raw() const;
  // Row-major copy in a new storage, optionally converted; without autograd.
  Tensor clone_raw() const;
  Tensor to_raw(DType dtype) const;
  // Writes src (broadcast, converted) into this tensor's memory; without autograd, no version bump.
  void copy_raw(const Tensor& src) const;

  // ---- autograd (defined in autograd/variable.cpp) ----
  bool requires_grad() const;
  // Throws for non-floating dtypes and for non-leaf tensors, as PyTorch does.
  void set_requires_grad(bool on) const;
  bool is_leaf() const;
  Tensor grad() const;
  void set_grad(const Tensor& g) const;
  // Node that made this tensor, null for leaves. Views of tensors that were modified in place
  // get theirs regenerated here.
  Ref<Node> grad_fn() const;
  std::uint32_t output_nr() const;
  bool retains_grad() const;
  void retain_grad() const;
  std::uint64_t register_hook(TensorHook hook) const;
  void remove_hook(std::uint64_t id) const;
  // Shares storage, knows nothing of the graph.
  Tensor detach() const;

 private:
  Ref<TensorImpl> impl_;
};

// torch.inference_mode: tensors made in it can't be saved for a backward later. Gives the previous
// setting.
bool set_inference_mode(bool on);
bool inference_mode();

class TensorImpl : public RefCounted {
 public:
  TensorImpl(Ref<Storage> storage, Ref<ShapeData> geometry, std::int64_t offset, DType dtype);
  Ref<Storage> storage;
  Ref<ShapeData> geometry;
  std::int64_t offset;
  DType dtype;
  bool wrapped_number = false;
  bool inference;         // made in torch.inference_mode, unless it is a view
  std::uint64_t uid = 0;  // given on first use
  std::unique_ptr<AutogradMeta> meta;

 protected:
  ~TensorImpl() override;
};

}  // namespace gradbox
