#include "onnx/run/in_place.h"

#include <algorithm>
#include <iterator>

#include "autograd/variable.h"
#include "ops/ops.h"

namespace gradbox::onnx {
namespace {

struct Row {
  const char* op_type;
  std::size_t operands;  // 3: Clip, whose limits are numbers
  bool commutes;
  OpHandle op;
};

const Row kRows[] = {
    {"Relu", 1, false, OpHandle("relu_")}, {"Sigmoid", 1, false, OpHandle("sigmoid_")},
    {"Tanh", 1, false, OpHandle("tanh_")}, {"Add", 2, true, OpHandle("add_")},
    {"Mul", 2, true, OpHandle("mul_")},    {"Sub", 2, false, OpHandle("sub_")},
    {"Div", 2, false, OpHandle("div_")},   {"Clip", 3, false, OpHandle("clamp_")},
};

const Row* row_of(const NodeProto& n) {
  if (!n.domain.empty()) return nullptr;
  const auto it = std::find_if(std::begin(kRows), std::end(kRows),
                               [&](const Row& r) { return n.op_type == r.op_type; });
  return it == std::end(kRows) ? nullptr : it;
}

// Whether input i is a value of this frame that the step is the last to use, and uses once.
bool is_spent(const Step& step, std::size_t i) {
  const Place& p = step.inputs[i];
  if (!p.is_local()) return false;
  for (std::size_t k = 0; k < step.inputs.size(); ++k)
    if (k != i && step.inputs[k].is_local() && step.inputs[k].slot == p.slot) return false;
  return std::find(step.last_uses.begin(), step.last_uses.end(), p.slot) != step.last_uses.end();
}

bool is_float(const Any& v) {
  return v.is_tensor() && v.tensor().defined() && v.tensor().dtype() == DType::Float32;
}

// Whether nobody else sees the memory.
bool is_owned(const Tensor& t) {
  return t.use_count() == 1 && t.storage()->use_count() == 2;  // the tensor's, and this one
}

// Whether `other` broadcasts to t's own shape.
bool fits(const Tensor& t, const Tensor& other) {
  if (other.dim() > t.dim()) return false;
  for (std::int64_t d = 1; d <= other.dim(); ++d)
    if (other.size(-d) != 1 && other.size(-d) != t.size(-d)) return false;
  return true;
}

// A limit of Clip, as a number or none; false for what only the kernel can judge.
bool limit(const Step& step, Frame& frame, std::size_t i, Value& out) {
  if (i >= step.inputs.size()) return true;
  const Any& v = at(step.inputs[i], frame);
  if (v.is_absent()) return true;
  if (!is_float(v) || v.tensor().numel() != 1) return false;
  out = Value(v.tensor().item());
  return true;
}

}  // namespace

bool may_reuse(const Step& step) {
  const Row* row = row_of(*step.node);
  // Before version 7 operands broadcast by attribute, before 11 Clip's limits are attributes.
  if (!row || step.opset < (row->operands == 3 ? 11 : 7)) return false;
  if (step.inputs.empty() || step.outputs.size() != 1 ||
      (row->operands == 2 && step.inputs.size() != 2))
    return false;
  return is_spent(step, 0) || (row->commutes && is_spent(step, 1));
}

bool compute_in_place(const Step& step, Frame& frame) {
  if (grad_enabled()) return false;
  const Row& row = *row_of(*step.node);
  const std::size_t ways = row.commutes ? 2 : 1;
  for (std::size_t i = 0; i < ways; ++i) {
    if (!is_spent(step, i)) continue;
    Any& value = frame.values[step.inputs[i].slot];
    if (!is_float(value) || !is_owned(value.tensor())) continue;
    const Tensor& t = value.tensor();
    if (row.operands == 1) {
      row.op(t);
    } else if (row.operands == 2) {
      const Any& other = at(step.inputs[1 - i], frame);
      if (!is_float(other) || !fits(t, other.tensor())) continue;
      row.op(t, other.tensor());
    } else {
      Value low, high;
      if (!limit(step, frame, 1, low) || !limit(step, frame, 2, high)) continue;
      if (low.is_none() && high.is_none()) continue;
      row.op(t, low, high);
    }
    Any result = std::move(value);
    frame.values[step.outputs[0]] = std::move(result);
    return true;
  }
  return false;
}

}  // namespace gradbox::onnx
