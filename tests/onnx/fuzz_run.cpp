// libFuzzer target for the importer and the executor: a model that is read becomes a plan or an
// error, and runs, on small inputs of the kind that it declares, to a result or an error; then as a
// module, with gradients.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "autograd/engine.h"
#include "autograd/variable.h"
#include "core/storage.h"
#include "nn/module.h"
#include "onnx/ir/read.h"
#include "onnx/run/execute.h"
#include "onnx/run/module.h"
#include "onnx/run/session.h"
#include "ops/ops.h"

using namespace gradbox;
using namespace gradbox::onnx;

namespace {

// A value of a declared type, at most some hundred elements.
Any value_of(const TypeProto& type, std::uint32_t& random, int depth = 0) {
  const auto next = [&] { return (random = random * 1664525u + 1013904223u) >> 16; };
  if (type.kind == TypeProto::List || type.kind == TypeProto::Optional) {
    if (depth > 4 || !type.element) return Nothing{};
    if (type.kind == TypeProto::Optional)
      return next() % 4 == 0 ? Any(Nothing{}) : value_of(*type.element, random, depth + 1);
    auto items = std::make_shared<std::vector<Any>>();
    for (std::uint32_t n = next() % 4; n-- > 0;)
      items->push_back(value_of(*type.element, random, depth + 1));
    return Sequence(std::move(items));
  }
  Dims shape;
  std::int64_t count = 1;
  if (!type.has_shape) shape = {2, 3};
  for (const auto& d : type.shape) {
    std::int64_t size = d.size >= 0 ? d.size : 1 + static_cast<std::int64_t>(next() % 3);
    if (size > 4096 || count * size > 4096) size = 1;
    count *= std::max<std::int64_t>(size, 1);
    shape.push_back(size);
  }
  count = 1;
  for (const auto d : shape) count *= d;
  if (type.elem_type == proto::STRING) {
    StringTensor t{shape, {}};
    for (std::int64_t i = 0; i < count; ++i)
      t.values.push_back(next() % 2 == 0 ? "word" : "two words");
    return t;
  }
  DType dtype;
  if (!proto::find_dtype(type.elem_type, dtype)) dtype = DType::Float32;
  const Tensor t = Tensor::empty(shape, DType::Int64);
  for (std::int64_t i = 0; i < count; ++i)
    t.data<std::int64_t>()[i] = static_cast<std::int64_t>(next() % 8) - 2;
  return t.to_raw(dtype);
}

void as_module(const std::shared_ptr<const ModelProto>& model, const std::vector<Any>& inputs) {
  const Ref<Module> module = make_module(model);
  TensorList tensors;
  for (const Any& v : inputs) {
    if (!v.is_tensor()) return;
    tensors.push_back(v.tensor());
    if (is_floating(tensors.back().dtype())) tensors.back().set_requires_grad(true);
  }
  Tensor sum;
  CallContext context;
  for (const Tensor& t : module->call(tensors, context))
    if (t.defined() && t.requires_grad()) {
      const Tensor part = ops::sum(t);
      sum = sum.defined() ? ops::add(sum, part) : part;
    }
  if (sum.defined()) backward({sum}, {Tensor()}, {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const MemoryLimit memory(std::int64_t{64} << 20);
  const StepLimit steps(1500);
  try {
    const FileBytes file(size);
    std::copy_n(data, size, file.data.get());
    const auto model = std::make_shared<const ModelProto>(read_model(file));
    Session session(model);
    std::uint32_t random = static_cast<std::uint32_t>(size);
    Feeds feeds;
    std::vector<Any> values;
    for (const ValueInfoProto* v : session.inputs()) {
      values.push_back(value_of(v->type, random));
      feeds.emplace_back(v->name, values.back());
    }
    try {
      session.run(feeds);
    } catch (const Error&) {
      // As a module it may get further.
    }
    as_module(model, values);
  } catch (const Error&) {
    // What is expected of nearly all inputs.
  }
  return 0;
}
