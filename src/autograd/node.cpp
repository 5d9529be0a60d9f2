#include "autograd/node.h"

#include <cctype>
#include <limits>

#include "autograd/variable.h"
#include "kernels/copy.h"
#include "ops/ops.h"

namespace gradbox {

namespace {

std::uint64_t g_next_sequence = 1;

std::vector<Pack>& saved_tensor_hooks() {
  static std::vector<Pack> hooks;
  return hooks;
}

constexpr const char* kFreedMessage =
    "Trying to backward through the graph a second time (or directly access saved tensors after "
    "they have already been freed). Saved intermediate values of the graph are freed when you call "
    ".backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the "
    "graph a second time or if you need to access saved tensors after calling backward.";

}  // namespace

std::string camel_case(const std::string& name) {
  std::string out;
  bool upper = true;
  for (const char c : name) {
    if (c != '_') out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    // As Python's str.title, which PyTorch uses: a letter after a digit is large, too.
    upper = !std::isalpha(static_cast<unsigned char>(c));
  }
  return out;
}

const Dims& OutputMeta::shape() const {
  static const Dims none;
  return geometry_ ? geometry_->shape : none;
}

Node::Node() : sequence(g_next_sequence), id(g_next_sequence) { ++g_next_sequence; }

Node::~Node() {
  // A retained tensor outlives its node only when its history was replaced.
  for (auto& [nr, impl] : retainers)
    if (impl->meta) impl->meta->retains_grad = false;
}

// A graph can be millions of nodes long; deleting it by recursion would overflow the stack, so
// nodes whose last reference goes while another is being deleted wait in a list.
void Node::dispose() {
  static std::vector<Node*> pending;
  static bool draining = false;
  pending.push_back(this);
  if (draining) return;
  draining = true;
  while (!pending.empty()) {
    Node* n = pending.back();
    pending.pop_back();
    delete n;
  }
  draining = false;
}

void push_saved_tensor_hooks(Pack pack) { saved_tensor_hooks().push_back(std::move(pack)); }
void pop_saved_tensor_hooks() { saved_tensor_hooks().pop_back(); }

void SavedTensor::pack(const Tensor& t) {
  GradModeGuard off(false);
  const Pack hook = saved_tensor_hooks().back();
  packed_ = std::make_shared<Unpack>(hook(is_output_ ? t.detach() : t));
  data_ = Tensor();
}

SavedTensor::SavedTensor(const Tensor& t, bool is_output) {
  if (!t.defined()) return;
  check(!t.impl()->inference || inference_mode(),
        "Inference tensors cannot be saved for backward. To work around you can make a clone to "
        "get a "
        "normal tensor and use it in autograd.");
  is_output_ = is_output;
  version_ = t.version();
  output_nr_ = t.output_nr();
  requires_grad_ = t.requires_grad();
  if (!is_output) grad_fn_ = t.grad_fn();
  // What is kept is an alias without history: the tensor itself may later be given a history that
  // leads back to this node (in-place operators), which would be a cycle. Only a leaf that requires
  // grad can't get one.
  if (!is_output && !grad_fn_ && requires_grad_) {
    data_ = t;
  } else {
    data_ = t.alias();
    data_.impl()->wrapped_number = t.is_wrapped_number();
  }
  // Numbers aren't tensors to PyTorch's hooks.
  if (!saved_tensor_hooks().empty() && !t.is_wrapped_number()) pack(t);
}

SavedTensor SavedTensor::of_original(const Tensor& copy, const Tensor& original) {
  SavedTensor s(original, false);
  if (!s.packed_) s.data_ = copy;
  s.version_ = copy.version();
  return s;
}

Tensor SavedTensor::unpack(Node& owner) const {
  if (!defined()) return data_;
  const Tensor value = fetched_.defined() ? fetched_ : packed_ ? (*packed_)() : data_;
  if (!packed_ && data_.version() != version_) {
    const Ref<Node> source = is_output_ ? Ref<Node>(&owner) : grad_fn_;
    std::string what = tensor_type_name(data_.dtype()) + " " + to_string(data_.shape()) + "]";
    // Of an argument, the operator that wrote it last is named.
    const std::string* writer = is_output_ ? nullptr : data_.storage()->writer.get();
    if (writer) what += ", which is output 0 of " + *writer + ",";
    else if (source)
      what += ", which is output " + std::to_string(output_nr_) + " of " + source->name() + ",";
    fail(
        ErrorKind::Runtime,
        "one of the variables needed for gradient computation has been modified by an inplace "
        "operation: [",
        what, " is at version ", data_.version(), "; expected version ", version_,
        " instead. Hint: enable anomaly detection to find the operation that failed to compute its "
        "gradient, with torch.autograd.set_detect_anomaly(True).");
  }
  if (!requires_grad_) return value;
  const Ref<Node> source = is_output_ ? Ref<Node>(&owner) : grad_fn_;
  if (!source) return value;
  Tensor t = value.alias();
  AutogradMeta& m = autograd_meta(t);
  m.grad_fn = source;
  m.output_nr = output_nr_;
  return t;
}

AccumulateGrad::AccumulateGrad(Tensor v) : variable(std::move(v)) {
  sequence = std::numeric_limits<std::uint64_t>::max();
  add_output(variable);
}

AccumulateGrad::~AccumulateGrad() { autograd_meta(variable).accumulator = nullptr; }

TensorList AccumulateGrad::apply(TensorList grads) {
  Tensor g = std::move(grads[0]);
  if (!g.defined()) return {};
  AutogradMeta& m = autograd_meta(variable);
  if (!m.grad.defined()) {
    // Take the gradient's memory over when nobody else can see it; copy it otherwise.
    const bool sole_owner =
        g.use_count() == 1 && g.impl()->storage->use_count() == 1 && g.is_contiguous();
    if (grad_enabled()) {
      m.grad = ops::clone(g);
    } else {
      m.grad = sole_owner ? g.detach() : g.clone_raw();
    }
  } else if (grad_enabled()) {
    m.grad = ops::add(m.grad, g);
  } else {
    // In place, so that a `grad` the user holds keeps following.
    GradModeGuard off(false);
    if (!kernels::add_dense(m.grad, g)) m.grad.copy_raw(ops::add(m.grad.detach(), g));
    m.grad.bump_version();
  }
  return {};
}

void FunctionNode::check_not_released() const {
  if (released_) fail(ErrorKind::Runtime, kFreedMessage);
}

std::string OpNode::name() const {
  if (!node_name.empty()) return node_name;
  return camel_case(op.schema.name) + "Backward0";
}

void OpNode::release_saved() {
  const bool any = !stash.empty() || !saved_outputs.empty() || !saved.empty();
  saved.clear();
  saved_outputs.clear();
  stash.clear();
  if (any) released = true;
}

TensorList OpNode::apply(TensorList grads) {
  bool any = false;
  for (const Tensor& g : grads) any = any || g.defined();
  if (!any) return TensorList(next.size());
  if (released) fail(ErrorKind::Runtime, kFreedMessage);
  if (grads.size() > 1)
    for (std::size_t i = 0; i < grads.size(); ++i)
      if (!grads[i].defined() && is_floating(outputs[i].dtype))
        grads[i] = Tensor::full(outputs[i].shape(), 0, outputs[i].dtype);
  // Hooks see what was saved in order, whatever order the formula wants it in.
  for (SavedArg& s : saved) s.value.fetch();
  for (SavedTensor& s : saved_outputs) s.fetch();
  BackwardContext context(*this);
  TensorList by_arg = op.backward(context, grads);
  for (SavedArg& s : saved) s.value.forget();
  for (SavedTensor& s : saved_outputs) s.forget();
  // From one gradient a tensor argument to one an edge.
  TensorList out(next.size());
  for (std::size_t k = 0; k < info.size() && k < by_arg.size(); ++k)
    if (info[k].edge >= 0) out[static_cast<std::size_t>(info[k].edge)] = std::move(by_arg[k]);
  return out;
}

namespace {

// The i-th entry of a tensor argument.
const OpNode::ArgInfo& entry(const OpNode& node, std::size_t arg, std::size_t i) {
  for (const auto& a : node.info)
    if (a.arg == arg && i-- == 0) return a;
  fail(ErrorKind::Index, node.name(), " has no such tensor argument");
}

}  // namespace

const OpDef& BackwardContext::op() const { return node_.op; }
bool BackwardContext::needs(std::size_t arg) const {
  for (const auto& a : node_.info)
    if (a.arg == arg && a.edge >= 0) return true;
  return false;
}
bool BackwardContext::needs(std::size_t arg, std::size_t i) const {
  return entry(node_, arg, i).edge >= 0;
}
Tensor BackwardContext::tensor(std::size_t arg) const {
  for (const auto& s : node_.saved)
    if (s.arg == arg) return s.value.unpack(node_);
  return Tensor();
}
TensorList BackwardContext::tensors(std::size_t arg) const {
  TensorList out;
  for (const auto& s : node_.saved)
    if (s.arg == arg) out.push_back(s.value.unpack(node_));
  return out;
}
Tensor BackwardContext::output(std::size_t i) const {
  return node_.saved_outputs.at(i).unpack(node_);
}
Tensor BackwardContext::stash(std::size_t i) const { return node_.stash.at(i); }
const Dims& BackwardContext::shape(std::size_t arg, std::size_t i) const {
  return entry(node_, arg, i).meta.shape();
}
DType BackwardContext::dtype(std::size_t arg, std::size_t i) const {
  return entry(node_, arg, i).meta.dtype;
}
std::size_t BackwardContext::list_size(std::size_t arg) const {
  std::size_t n = 0;
  for (const auto& a : node_.info) n += a.arg == arg ? 1 : 0;
  return n;
}
Args BackwardContext::args() const { return Args(node_.plain_args, nullptr); }

}  // namespace gradbox
