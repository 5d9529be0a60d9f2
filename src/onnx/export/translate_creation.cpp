// New tensors. With constant sizes they are constants of the file, and no translation is asked for.
#include "onnx/export/translate.h"
#include "onnx/ir/proto.h"

namespace gradbox::onnx {
namespace {

Attribute element_type(Emitter& e) { return {"dtype", proto::data_type(e.out().dtype())}; }

// The value that all elements of the result have.
Name filled(Emitter& e, const Name shape) {
  const Tensor& y = e.out();
  const Tensor value =
      Tensor::full({1}, y.numel() ? y.alias({1}, {1}, y.offset()).item() : 0, y.dtype());
  return e.node("ConstantOfShape", {shape}, {{"value", value}});
}

void of_sizes(Emitter& e) {
  e.give(filled(e, e.vector(e.sizes(e.has(0) && e.args()[0].is<Tensor>() ? 1 : 0))));
}
void like(Emitter& e) { e.give(filled(e, e.shape_of(e.in(0)))); }

// self.copy_(src)
void copy(Emitter& e) {
  const Name source = e.in(1, e.out().dtype());
  if (e.tensor(0).shape() == e.tensor(1).shape()) return e.give(source);
  e.give(e.node("Expand", {source, e.shape_of(e.in(0))}));
}

void arange(Emitter& e) {
  const bool from_zero = e.args().size() == 3;
  const DType t = e.out().dtype();
  const auto number = [&](std::size_t i) {
    const Value& v = e.args()[i];
    return v.is<double>() ? e.number(v.get<double>(), t) : e.scalar(e.size(i), t);
  };
  if (from_zero) return e.give(e.node("Range", {e.number(0, t), number(0), e.number(1, t)}));
  e.give(e.node("Range", {number(0), number(1), number(2)}));
}

void eye(Emitter& e) {
  const Size n = e.size(0), m = e.has(1) ? e.size(1) : n;
  const Name blank = filled(e, e.vector({n, m}));
  e.give(e.node("EyeLike", {blank}, {element_type(e)}));
}

void random(Emitter& e, const char* op_type) {
  e.give(e.node(op_type, {filled(e, e.vector(e.sizes(0)))}, {element_type(e)}));
}

void random_like(Emitter& e, const char* op_type) {
  e.give(e.node(op_type, {e.in(0)}, {element_type(e)}));
}

const Row table[] = {
    {"zeros", of_sizes},
    {"ones", of_sizes},
    {"empty", of_sizes},
    {"full", of_sizes},
    {"new_zeros", of_sizes},
    {"new_ones", of_sizes},
    {"new_empty", of_sizes},
    {"new_full", of_sizes},
    {"zeros_like", like},
    {"ones_like", like},
    {"empty_like", like},
    {"full_like", like},
    {"fill", like},
    {"zero", like},
    {"copy", copy},
    {"arange", arange},
    {"arange.start", arange},
    {"eye", eye},
    {"rand", [](Emitter& e) { random(e, "RandomUniformLike"); }},
    {"randn", [](Emitter& e) { random(e, "RandomNormalLike"); }},
    {"rand_like", [](Emitter& e) { random_like(e, "RandomUniformLike"); }},
    {"randn_like", [](Emitter& e) { random_like(e, "RandomNormalLike"); }},
};

}  // namespace

Rows creation_rows() { return rows(table); }

}  // namespace gradbox::onnx
