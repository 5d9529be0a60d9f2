// Tensors: creation, what a front end asks about one, its memory, its text.
#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include "autograd/variable.h"
#include "boundary.h"
#include "buffer.h"
#include "handles.h"
#include "print/tensor_text.h"

namespace gradbox::wasm {
namespace {

// A question about a tensor that is answered with a number; NaN for a handle that isn't valid.
template <class F>
double ask(int handle, F&& f) {
  return guard(std::numeric_limits<double>::quiet_NaN(),
               [&] { return static_cast<double>(f(tensors().get(handle))); });
}

DType dtype_from(int code) {
  if (code < 0 || code >= kDTypeCount) fail(ErrorKind::Type, "unknown dtype code ", code);
  return static_cast<DType>(code);
}

Dims dims_from_slots(int count) {
  const double* s = buffer().slots.data();
  Dims d(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < d.size(); ++i) d[i] = static_cast<std::int64_t>(s[i]);
  return d;
}

int write_dims(const Dims& d) {
  auto& out = buffer().out;
  if (out.size() < d.size()) out.resize(d.size());
  for (std::size_t i = 0; i < d.size(); ++i) out[i] = static_cast<double>(d[i]);
  return static_cast<int>(d.size());
}

// `t.data = other`: t keeps its identity and its place in the graph, and takes the other's memory.
void set_data(const Tensor& t, const Tensor& other) {
  if (t.requires_grad() && !is_floating(other.dtype()))
    fail(ErrorKind::Runtime,
         "data set to a tensor that requires gradients must be floating point or complex dtype");
  TensorImpl& a = *t.impl();
  const TensorImpl& b = *other.impl();
  a.storage = b.storage;
  a.geometry = b.geometry;
  a.offset = b.offset;
  a.dtype = b.dtype;
}

// repr(tensor); empty after a failure.
std::string text_of(int handle, const std::string& prefix) {
  return guard(std::string(), [&] { return tensor_text(tensors().get(handle), prefix); });
}

int set_print_options(double precision, double threshold, double edgeitems, double linewidth,
                      int sci_mode) {
  PrintOptions& o = print_options();
  const auto set = [](auto& field, double x) {
    if (x >= 0) field = static_cast<std::decay_t<decltype(field)>>(x);
  };
  set(o.precision, precision);
  set(o.edgeitems, edgeitems);
  set(o.linewidth, linewidth);
  if (threshold >= 0) o.threshold = threshold;
  if (sci_mode >= 0) o.sci_mode = sci_mode != 0;
  if (sci_mode == -2) o.sci_mode.reset();
  return 1;
}

}  // namespace
}  // namespace gradbox::wasm

using namespace gradbox;
using namespace gradbox::wasm;

extern "C" {

// ---- life ----

// An uninitialised contiguous tensor; the shape stands in the slots.
EMSCRIPTEN_KEEPALIVE int gb_empty(int dtype, int ndim) {
  return guard(0, [&] { return give(Tensor::empty(dims_from_slots(ndim), dtype_from(dtype))); });
}
EMSCRIPTEN_KEEPALIVE int gb_free(int h) { return tensors().remove(h) ? 1 : 0; }
EMSCRIPTEN_KEEPALIVE int gb_valid(int h) { return tensors().valid(h) ? 1 : 0; }
// A second handle of the same tensor.
EMSCRIPTEN_KEEPALIVE int gb_share(int h) {
  return guard(0, [&] { return give(tensors().get(h)); });
}
EMSCRIPTEN_KEEPALIVE int gb_live_handles() { return tensors().live(); }
EMSCRIPTEN_KEEPALIVE double gb_live_tensors() {
  return static_cast<double>(memory_stats().live_tensors);
}
EMSCRIPTEN_KEEPALIVE double gb_live_bytes() {
  return static_cast<double>(memory_stats().live_bytes);
}
EMSCRIPTEN_KEEPALIVE double gb_peak_bytes() {
  return static_cast<double>(memory_stats().peak_bytes);
}

// ---- geometry; NaN after a failure ----

EMSCRIPTEN_KEEPALIVE double gb_dtype(int h) {
  return ask(h, [](const Tensor& t) { return static_cast<int>(t.dtype()); });
}
EMSCRIPTEN_KEEPALIVE double gb_dim(int h) {
  return ask(h, [](const Tensor& t) { return t.dim(); });
}
EMSCRIPTEN_KEEPALIVE double gb_size(int h, int d) {
  return ask(h, [d](const Tensor& t) { return t.size(d); });
}
EMSCRIPTEN_KEEPALIVE double gb_stride(int h, int d) {
  return ask(h, [d](const Tensor& t) {
    return t.strides().at(static_cast<std::size_t>(wrap_dim(d, t.dim())));
  });
}
EMSCRIPTEN_KEEPALIVE double gb_numel(int h) {
  return ask(h, [](const Tensor& t) { return t.numel(); });
}
EMSCRIPTEN_KEEPALIVE double gb_offset(int h) {
  return ask(h, [](const Tensor& t) { return t.offset(); });
}
EMSCRIPTEN_KEEPALIVE double gb_version(int h) {
  return ask(h, [](const Tensor& t) { return t.version(); });
}
EMSCRIPTEN_KEEPALIVE double gb_uid(int h) {
  return ask(h, [](const Tensor& t) { return t.uid(); });
}
EMSCRIPTEN_KEEPALIVE double gb_data_ptr(int h) {
  return ask(h, [](const Tensor& t) { return reinterpret_cast<std::uintptr_t>(t.raw()); });
}
EMSCRIPTEN_KEEPALIVE double gb_is_contiguous(int h) {
  return ask(h, [](const Tensor& t) { return t.is_contiguous(); });
}
// Writes sizes (or strides) to out and gives their number; -1 after a failure.
EMSCRIPTEN_KEEPALIVE int gb_shape(int h) {
  return guard(-1, [&] { return write_dims(tensors().get(h).shape()); });
}
EMSCRIPTEN_KEEPALIVE int gb_strides(int h) {
  return guard(-1, [&] { return write_dims(tensors().get(h).strides()); });
}

// ---- elements ----

EMSCRIPTEN_KEEPALIVE double gb_item(int h) {
  return ask(h, [](const Tensor& t) { return t.item(); });
}
// A handle to row-major memory with the tensor's elements, outside autograd.
EMSCRIPTEN_KEEPALIVE int gb_contiguous(int h) {
  return guard(0, [&] { return give(tensors().get(h).contiguous_raw()); });
}
// Tells autograd that the memory was written from outside.
// Bytes of the memory that the tensor and its views share.
EMSCRIPTEN_KEEPALIVE double gb_storage_bytes(int h) {
  return ask(h, [](const Tensor& t) { return static_cast<double>(t.storage()->bytes()); });
}
// The tensor that h is a view of, 0 when it is none.
EMSCRIPTEN_KEEPALIVE int gb_base(int h) {
  return guard(0, [&] {
    const Tensor t = tensors().get(h);
    return t.impl()->meta && t.impl()->meta->base.defined() ? give(t.impl()->meta->base) : 0;
  });
}
// In another dtype, without autograd.
EMSCRIPTEN_KEEPALIVE int gb_converted(int h, int dtype) {
  return ask(h, [&](const Tensor& t) { return give(t.to_raw(dtype_from(dtype))); });
}
EMSCRIPTEN_KEEPALIVE int gb_bump_version(int h) {
  return attempt([&] { tensors().get(h).bump_version(); });
}
EMSCRIPTEN_KEEPALIVE int gb_set_data(int h, int other) {
  return attempt([&] { set_data(tensors().get(h), tensors().get(other)); });
}

// ---- settings ----

EMSCRIPTEN_KEEPALIVE int gb_default_dtype() { return static_cast<int>(default_dtype()); }
EMSCRIPTEN_KEEPALIVE int gb_set_default_dtype(int code) {
  return attempt([&] {
    const DType t = dtype_from(code);
    if (!is_floating(t))
      fail(ErrorKind::Type, "only floating-point types are supported as the default type");
    set_default_dtype(t);
  });
}
EMSCRIPTEN_KEEPALIVE int gb_promote_types(int a, int b) {
  return guard(-1, [&] { return static_cast<int>(promote_types(dtype_from(a), dtype_from(b))); });
}

}  // extern "C"

EMSCRIPTEN_BINDINGS(tensors) {
  emscripten::function("tensorText", &text_of);
  emscripten::function("setPrintOptions", &set_print_options);
}
