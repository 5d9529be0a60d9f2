#include "onnx/export/translate.h"

#include <algorithm>

namespace gradbox::onnx {
namespace {

// What the registry says is one ONNX operator on the same operands.
void one_to_one(Emitter& e) {
  const std::string& type = Registry::instance().find(e.op_name())->onnx_type;
  e.give(e.node(type.c_str(), {e.in(0, e.out().dtype())}));
}

bool is_one_to_one(const OpDef& op) {
  return !op.onnx_type.empty() && op.schema.args.size() == 1 &&
         op.schema.args[0].kind == ArgKind::Tensor && op.schema.returns.size() == 1;
}

}  // namespace

Translation find_translation(const OpDef& op) {
  static const auto* table = [] {
    auto* t = new std::unordered_map<std::string, Translation>;
    for (const Rows& r :
         {pointwise_rows(), activation_rows(), layer_rows(), normalization_rows(), matrix_rows(),
          shape_rows(), join_rows(), index_rows(), reduction_rows(), creation_rows(), loss_rows()})
      for (std::size_t i = 0; i < r.count; ++i) t->emplace(r.first[i].name, r.first[i].translate);
    return t;
  }();
  const auto at = table->find(op.schema.full_name());
  if (at != table->end()) return at->second;
  return is_one_to_one(op) ? one_to_one : nullptr;
}

}  // namespace gradbox::onnx
