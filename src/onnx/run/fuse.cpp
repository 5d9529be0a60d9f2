#include "onnx/run/fuse.h"

#include <cmath>
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include "core/shape.h"

namespace gradbox::onnx {
namespace {

class Fuser {
 public:
  explicit Fuser(ModelProto& model);
  void run();

 private:
  // A float32 constant; null for anything else.
  const Tensor* constant(const NodeProto& n, std::size_t input) const;
  bool fold(NodeProto& conv, const NodeProto& norm);
  void fold_norms();
  // What follows convolutions, in their own pass: see kernels_fused.cpp.
  void follow_convolutions();
  bool activation(const NodeProto& n, AttributeProto& kind, AttributeProto& low,
                  AttributeProto& high) const;
  bool limit(const NodeProto& n, std::size_t input, const char* attribute, float& out) const;
  void drop(const std::vector<char>& gone);
  void count_uses(const GraphProto& graph);
  std::string add_initializer(const std::string& base, Tensor value);

  GraphProto& graph_;
  int opset_ = 1;
  std::unordered_map<std::string, Tensor> constants_;
  std::unordered_map<std::string, int> uses_;
};

Fuser::Fuser(ModelProto& model) : graph_(model.graph) {
  for (const auto& o : model.opset_imports)
    if (o.domain.empty()) opset_ = static_cast<int>(o.version);
  std::unordered_set<std::string> overridable;
  if (model.ir_version >= 4)
    for (const auto& v : graph_.inputs) overridable.insert(v.name);
  const auto add = [&](const std::string& name, const Any& value) {
    if (value.is_tensor() && value.tensor().dtype() == DType::Float32)
      constants_[name] = value.tensor();
  };
  for (const auto& t : graph_.initializers)
    if (overridable.count(t.name) == 0) add(t.name, t.value);
  for (const auto& n : graph_.nodes)
    if (n.op_type == "Constant" && n.domain.empty())
      if (const AttributeProto* a = n.find("value"); a && !n.outputs.empty())
        add(n.outputs[0], a->t.value);
  count_uses(graph_);
}

void Fuser::count_uses(const GraphProto& graph) {
  for (const auto& n : graph.nodes) {
    for (const auto& i : n.inputs) ++uses_[i];
    for (const auto& a : n.attributes)
      if (a.g) count_uses(*a.g);
  }
  for (const auto& v : graph.outputs) ++uses_[v.name];
}

const Tensor* Fuser::constant(const NodeProto& n, std::size_t input) const {
  if (input >= n.inputs.size()) return nullptr;
  const auto it = constants_.find(n.inputs[input]);
  return it == constants_.end() ? nullptr : &it->second;
}

std::string Fuser::add_initializer(const std::string& base, Tensor value) {
  std::string name = base + ".folded";
  while (uses_.count(name) != 0 || constants_.count(name) != 0) name += "_";
  constants_[name] = value;
  graph_.initializers.push_back({name, std::move(value)});
  return name;
}

// y = (conv(x) - mean) / sqrt(var + eps) * scale + bias, as one convolution.
bool Fuser::fold(NodeProto& conv, const NodeProto& norm) {
  const Tensor* w = constant(conv, 1);
  const bool has_bias = conv.inputs.size() > 2 && !conv.inputs[2].empty();
  const Tensor* b = constant(conv, 2);
  if (!w || w->dim() < 3 || (has_bias && !b)) return false;
  const std::int64_t channels = w->size(0);
  const Tensor* of[4];
  for (std::size_t i = 0; i < 4; ++i) {
    of[i] = constant(norm, i + 1);
    if (!of[i] || of[i]->numel() != channels) return false;
  }
  if (b && b->numel() != channels) return false;
  const AttributeProto* e = norm.find("epsilon");
  const double epsilon = e ? static_cast<double>(e->f) : 1e-5;
  const Tensor weight = w->clone_raw();
  const Tensor bias = b ? b->clone_raw() : Tensor::full({channels}, 0, DType::Float32);
  const Tensor scale = of[0]->contiguous_raw(), shift = of[1]->contiguous_raw(),
               mean = of[2]->contiguous_raw(), var = of[3]->contiguous_raw();
  const std::int64_t size = channels == 0 ? 0 : weight.numel() / channels;
  for (std::int64_t c = 0; c < channels; ++c) {
    const double k = static_cast<double>(scale.data<float>()[c]) /
                     std::sqrt(static_cast<double>(var.data<float>()[c]) + epsilon);
    float* row = weight.data<float>() + c * size;
    for (std::int64_t i = 0; i < size; ++i) row[i] = static_cast<float>(row[i] * k);
    float& at = bias.data<float>()[c];
    at = static_cast<float>((static_cast<double>(at) - static_cast<double>(mean.data<float>()[c])) *
                                k +
                            static_cast<double>(shift.data<float>()[c]));
  }
  conv.inputs.resize(3);
  conv.inputs[1] = add_initializer(conv.inputs[1], weight);
  conv.inputs[2] = add_initializer(norm.inputs[2], bias);
  conv.outputs[0] = norm.outputs[0];
  return true;
}

// In inference form: one output, statistics that are given.
bool is_plain_norm(const NodeProto& n) {
  if (n.op_type != "BatchNormalization" || !n.domain.empty() || n.find("spatial")) return false;
  for (std::size_t i = 1; i < n.outputs.size(); ++i)
    if (!n.outputs[i].empty()) return false;
  const AttributeProto* training = n.find("training_mode");
  return !n.outputs.empty() && !(training && training->i != 0);
}

void Fuser::fold_norms() {
  std::unordered_map<std::string, std::size_t> convs;
  std::vector<char> gone(graph_.nodes.size(), 0);
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    NodeProto& n = graph_.nodes[i];
    if (n.op_type == "Conv" && n.domain.empty() && n.outputs.size() == 1) {
      convs[n.outputs[0]] = i;
    } else if (is_plain_norm(n) && !n.inputs.empty()) {
      const auto conv = convs.find(n.inputs[0]);
      if (conv == convs.end() || uses_[n.inputs[0]] != 1) continue;
      if (!fold(graph_.nodes[conv->second], n)) continue;
      convs[n.outputs[0]] = conv->second;
      gone[i] = 1;
    }
  }
  drop(gone);
}

void Fuser::drop(const std::vector<char>& gone) {
  std::vector<NodeProto> kept;
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
    if (gone[i] == 0) kept.push_back(std::move(graph_.nodes[i]));
  graph_.nodes = std::move(kept);
}

// A limit of Clip that is known, or left out; false for any other.
bool Fuser::limit(const NodeProto& n, std::size_t input, const char* attribute, float& out) const {
  if (opset_ < 11) {
    if (const AttributeProto* a = n.find(attribute)) out = a->f;
  } else if (input < n.inputs.size() && !n.inputs[input].empty()) {
    const Tensor* t = constant(n, input);
    if (!t || t->numel() != 1) return false;
    out = static_cast<float>(t->item());
  }
  return !std::isnan(out);
}

// An activation that convolutions can end with, as their attributes.
bool Fuser::activation(const NodeProto& n, AttributeProto& kind, AttributeProto& low,
                       AttributeProto& high) const {
  if (!n.domain.empty() || n.inputs.empty() || n.outputs.size() != 1) return false;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  low.f = 0;
  high.f = kInfinity;
  if (n.op_type == "Relu" || n.op_type == "Clip") {
    kind.s = "Clamp";
    if (n.op_type == "Relu") return true;
    low.f = -kInfinity;
    return limit(n, 1, "min", low.f) && limit(n, 2, "max", high.f);
  }
  kind.s = n.op_type;
  if (n.op_type != "LeakyRelu") return n.op_type == "HardSwish";
  const AttributeProto* alpha = n.find("alpha");
  low.f = alpha ? alpha->f : 0.01f;
  return true;
}

void Fuser::follow_convolutions() {
  struct Conv {
    std::size_t at;
    bool adds = false;
  };
  std::unordered_map<std::string, Conv> convs;  // without an activation so far
  std::vector<char> gone(graph_.nodes.size(), 0);
  const auto find = [&](const std::string& name) {
    const auto it = convs.find(name);
    return it == convs.end() || uses_[name] != 1 ? convs.end() : it;
  };
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    NodeProto& n = graph_.nodes[i];
    if (n.op_type == "Conv" && n.domain.empty() && n.outputs.size() == 1) {
      convs[n.outputs[0]] = {i};
      continue;
    }
    if (n.op_type == "Add" && n.domain.empty() && n.inputs.size() == 2 && n.outputs.size() == 1) {
      for (const std::size_t k : {std::size_t{1}, std::size_t{0}}) {
        const auto conv = find(n.inputs[k]);
        const std::string other = n.inputs[1 - k];
        // Constants are broadcast more often than not, which is done in place afterwards.
        if (conv == convs.end() || conv->second.adds || other == n.inputs[k] ||
            constants_.count(other) != 0)
          continue;
        const std::size_t at = conv->second.at;
        NodeProto whole = std::move(graph_.nodes[at]);
        whole.domain = kFusedDomain;
        whole.inputs.resize(4);
        whole.inputs[3] = other;
        whole.outputs = n.outputs;
        convs.erase(conv);
        convs[whole.outputs[0]] = {i, true};
        // Here, where what is added is known.
        n = std::move(whole);
        gone[at] = 1;
        break;
      }
      continue;
    }
    AttributeProto kind, low, high;
    if (!activation(n, kind, low, high)) continue;
    const auto conv = find(n.inputs[0]);
    if (conv == convs.end()) continue;
    NodeProto& whole = graph_.nodes[conv->second.at];
    kind.name = "activation", kind.type = proto::attribute::STRING;
    low.name = "low", low.type = proto::attribute::FLOAT;
    high.name = "high", high.type = proto::attribute::FLOAT;
    for (AttributeProto* a : {&kind, &low, &high}) whole.attributes.push_back(std::move(*a));
    whole.domain = kFusedDomain;
    whole.outputs = n.outputs;
    convs.erase(conv);
    gone[i] = 1;
  }
  drop(gone);
}

void Fuser::run() {
  // Before version 7 the operators had other attributes.
  if (opset_ < 7) return;
  fold_norms();
  follow_convolutions();
}

}  // namespace

ModelProto fused(const ModelProto& model) {
  ModelProto out = model;
  Fuser(out).run();
  return out;
}

}  // namespace gradbox::onnx
