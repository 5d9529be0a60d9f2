#include "onnx/export/emitter.h"

#include <algorithm>

#include "core/error.h"
#include "onnx/export/imported.h"

namespace gradbox::onnx {
namespace {

bool same_place(const Tensor& a, const Tensor& b) {
  return a.offset() == b.offset() && a.dtype() == b.dtype() && a.shape() == b.shape() &&
         a.strides() == b.strides() && a.storage() == b.storage();
}

bool is_random(const OpDef& op) {
  static const char* const names[] = {"rand",    "randn",    "rand_like",    "randn_like",
                                      "randint", "randperm", "randint_like", "normal",
                                      "uniform", "random",   "bernoulli",    "multinomial"};
  return std::any_of(std::begin(names), std::end(names),
                     [&](const char* n) { return op.schema.name == n; });
}

bool same_value(const Value& a, const Value& b) {
  if (a.is<std::int64_t>() && b.is<std::int64_t>())
    return a.get<std::int64_t>() == b.get<std::int64_t>();
  if (a.is<double>() && b.is<double>()) return a.get<double>() == b.get<double>();
  if (a.is<IntList>() && b.is<IntList>()) return a.get<IntList>() == b.get<IntList>();
  return true;
}

}  // namespace

Emitter::Emitter(Graph& graph, const ExportOptions& options, Module& module)
    : graph_(graph),
      options_(options),
      opset_(options.opset_version),
      fold_(options.do_constant_folding && options.export_params) {
  const auto add = [&](const NamedTensors& list) {
    for (const auto& [path, t] : list) {
      const std::size_t i = parameters_.size();
      parameters_.emplace_back(t, path);
      parameter_of_[t.impl()] = i;
      parameters_in_[t.storage().get()].push_back(i);
    }
  };
  add(module.named_parameters());
  add(module.named_buffers());
}

// ---- the trace ----

void Emitter::run(const Trace& trace, const Trace* other) {
  trace_ = &trace;
  other_ = other;
  add_inputs();
  for (std::size_t i = 0; i < trace.calls.size(); ++i) {
    call_ = &trace.calls[i];
    other_call_ = other ? &other->calls[i] : nullptr;
    emit(*call_);
  }
  call_ = other_call_ = nullptr;
  add_outputs();
  remove_unused(graph_);
}

void Emitter::emit(const Call& call) {
  if (other_call_) {
    std::vector<const Tensor*> mine, others;
    for_each_tensor(call.args, [&](const Tensor& t) { mine.push_back(&t); });
    for_each_tensor(other_call_->args, [&](const Tensor& t) { others.push_back(&t); });
    for (std::size_t i = 0; i < std::min(mine.size(), others.size()); ++i)
      twins_[mine[i]->impl()] = *others[i];
    for (std::size_t i = 0; i < call.results.size(); ++i)
      twins_[call.results[i].impl()] = other_call_->results[i];
  }
  if (call.node) return emit_node(call);
  if (call.results.empty()) return;
  const std::string& name = call.op->schema.name;
  if (name == "select" || name == "slice") part_of_[call.results[0].impl()] = {&call, other_call_};
  const bool passes_through = !call.op->inplace_of && !call.args.empty() &&
                              call.args[0].is<Tensor>() &&
                              call.results[0].is_same(call.args[0].get<Tensor>());
  if (passes_through || is_folded(call)) return;
  const OpDef& op = call.op->inplace_of ? *call.op->inplace_of : *call.op;
  const Translation translate = find_translation(op);
  if (!translate) unsupported();
  const std::size_t first = bound_.size();
  translate(*this);
  for (const Tensor& t : call.results) {
    const auto at = by_tensor_.find(t.impl());
    if (at == by_tensor_.end() || at->second < first)
      bind(t, Name::None,
           "this result of the operator 'aten::" + op.schema.name + "' has no ONNX form");
  }
}

// A node of an imported model, as it was.
void Emitter::emit_node(const Call& call) {
  const NodeProto& n = *call.node;
  const bool passes_through = call.results.size() == 1 && !call.args.empty() &&
                              call.args[0].is<Tensor>() &&
                              call.results[0].is_same(call.args[0].get<Tensor>());
  // Weights that are kept quantised stay so.
  if (passes_through || (n.op_type != "DequantizeLinear" && is_folded(call))) return;
  const std::size_t inputs = call.args.size() - call.captured.size();
  const bool given = inputs > 0 && call.args[0].is<Tensor>();
  const Form form = form_of(*call.model, n, given ? tensor(0).dtype() : DType::Float32, opset_);
  const std::string where = scope();
  Node out{form.node->op_type.c_str(),
           fresh(where.empty() ? "/" + n.op_type : where),
           {},
           {},
           {},
           form.node,
           {}};
  for (std::size_t i = 0; i < call.args.size(); ++i) {
    const Name value = in(i);
    if (i < inputs) out.inputs.push_back(value);
    else out.captured.emplace_back(call.captured[i - inputs], value);
  }
  for (const Tensor& t : form.inputs) out.inputs.push_back(t.defined() ? constant(t) : Name::None);
  if (form.skips_second) out.inputs.insert(out.inputs.begin() + 1, Name::None);
  while (!out.inputs.empty() && out.inputs.back() == Name::None) out.inputs.pop_back();
  for (std::size_t i = 0; i < call.results.size(); ++i) {
    const Tensor& t = call.results[i];
    out.outputs.push_back(t.defined() ? named(out.name + "_output_" + std::to_string(i))
                                      : Name::None);
    if (t.defined()) bind(t, out.outputs.back());
  }
  add_domains(*call.model, n, graph_.domains);
  graph_.nodes.push_back(std::move(out));
}

// A call on constants alone is constant itself: what it gave stands for it.
bool Emitter::is_folded(const Call& call) const {
  if (call.node ? call.gives_sequences || is_random(*call.node)
                : is_random(*call.op) || (call.op->inplace_of && is_random(*call.op->inplace_of)))
    return false;
  bool constant = true;
  for_each_tensor(call.args, [&](const Tensor& t) { constant = constant && is_constant(t); });
  if (!constant || !other_call_) return constant;
  for (std::size_t i = 0; i < call.args.size(); ++i)
    constant = constant && same_value(call.args[i], other_call_->args[i]);
  return constant;
}

void Emitter::unsupported(const char* why) const {
  const std::string name = op_name();
  const std::string where =
      call_->path.empty() ? "the exported module itself" : "module '" + call_->path + "'";
  fail(ErrorKind::Runtime, "Exporting the operator '", call_->op ? "aten::" : "", name,
       "' to ONNX opset version ", opset_, " is not supported", *why ? ": " : "", why,
       ". It is called by ", where, ".");
}

std::string Emitter::op_name() const {
  if (call_->node) return call_->node->op_type;
  return call_->op->inplace_of ? call_->op->inplace_of->schema.name : call_->op->schema.name;
}

// ---- which tensor is which value ----

const Emitter::Bound* Emitter::find(const Tensor& t) const {
  const auto at = by_tensor_.find(t.impl());
  if (at != by_tensor_.end()) return &bound_[at->second];
  // A front end's `detach` or `data` makes another tensor of the same memory without a call.
  const auto list = by_storage_.find(t.storage().get());
  if (list == by_storage_.end()) return nullptr;
  for (auto i = list->second.rbegin(); i != list->second.rend(); ++i)
    if (same_place(bound_[*i].tensor, t)) return &bound_[*i];
  return nullptr;
}

const std::string* Emitter::find_parameter(const Tensor& t) const {
  const auto at = parameter_of_.find(t.impl());
  if (at != parameter_of_.end()) return &parameters_[at->second].second;
  const auto list = parameters_in_.find(t.storage().get());
  if (list == parameters_in_.end()) return nullptr;
  for (const std::size_t i : list->second)
    if (same_place(parameters_[i].first, t)) return &parameters_[i].second;
  return nullptr;
}

void Emitter::bind(const Tensor& t, const Name name, const std::string& why) {
  by_storage_[t.storage().get()].push_back(bound_.size());
  by_tensor_[t.impl()] = bound_.size();
  bound_.push_back({t, name, why});
}

// t was written to: what shares its memory is another value now.
void Emitter::note_write(const Tensor& t, Name name) {
  std::vector<std::size_t> outdated;
  for (const std::size_t i : by_storage_[t.storage().get()]) {
    Bound& b = bound_[i];
    if (same_place(b.tensor, t)) {
      b.name = name;
      b.why.clear();
    } else if (b.why.empty()) {
      b.why = "it was changed in place through a view";
      outdated.push_back(i);
    }
  }
  bind(t, name);
  write_back(t, name, outdated);
}

// Gives what t is a part of a new value, with t's in its place. `outdated`: what was up to date
// before t was written to. Where the place can't be said the whole stays outdated.
void Emitter::write_back(const Tensor& t, Name name, const std::vector<std::size_t>& outdated) {
  const auto at = part_of_.find(t.impl());
  if (at == part_of_.end()) return;
  const auto [call, other] = at->second;
  const Args part{call->args, nullptr};
  for (std::size_t i = 0; other && i < part.size(); ++i)
    if (!same_value(part[i], other->args[i])) return;
  const Tensor whole = part.tensor(0);
  Name old;
  const auto bound = by_tensor_.find(whole.impl());
  if (bound != by_tensor_.end()) {
    if (!std::count(outdated.begin(), outdated.end(), bound->second)) return;
    old = bound_[bound->second].name;
  } else {
    const Tensor data = trace_->data(whole, call_->versions[0] - 1);
    if (!data.defined()) return;
    old = constant(data);
  }
  const std::int64_t axis = wrap_dim(part.integer(1), whole.dim()), size = whole.size(axis);
  const bool is_select = call->op->schema.name == "select";
  if (!is_select && part.integer(4) != 1) return;
  const std::int64_t first = part.has(2) ? part.integer(2) : 0;
  const std::int64_t last = is_select ? first + 1 : part.has(3) ? part.integer(3) : size;
  // Places counted from the end stay so, and others too: the size may vary.
  const bool varies = shape(whole)[static_cast<std::size_t>(axis)].is_dynamic();
  const bool to_end = (is_select ? first == -1 : !part.has(3)) || (last == size && !varies);
  std::vector<Name> parts;
  if (first != 0) parts.push_back(slice(old, axis, ints({0}), ints({first})));
  parts.push_back(is_select ? unsqueeze(name, {axis}) : name);
  if (!to_end) parts.push_back(slice(old, axis, ints({last}), ints({INT64_MAX})));
  const Name updated = concat(parts, axis);
  bind(whole, updated);
  write_back(whole, updated, outdated);
}

void Emitter::give(Name value, std::size_t i) {
  if (call_->op->inplace_of) note_write(out(i), value);
  else bind(out(i), value);
}

bool Emitter::is_constant(const Tensor& t) const {
  return !find(t) && (fold_ || !find_parameter(t));
}

// ---- operands ----

Name Emitter::in(std::size_t i) { return has(i) ? value(tensor(i)) : Name::None; }
Name Emitter::in(std::size_t i, DType dtype) {
  return has(i) ? value(tensor(i), dtype) : Name::None;
}

std::vector<Name> Emitter::list(std::size_t i, DType dtype) {
  std::vector<Name> names;
  for (const Tensor& t : call_->args[i].get<TensorList>()) names.push_back(value(t, dtype));
  return names;
}

Name Emitter::value(const Tensor& t, DType dtype) {
  Name name;
  if (const Bound* b = find(t)) {
    if (!b->why.empty()) {
      if (call_) unsupported(b->why.c_str());
      fail(ErrorKind::Runtime, "an output of the module can't be exported to ONNX: ", b->why);
    }
    name = b->name;
  } else if (const std::string* path = find_parameter(t)) {
    if (t.dtype() != dtype && fold_) return constant(data_at_use(t).to_raw(dtype));
    name = parameter(t, *path);
  } else {
    return constant_argument(t, dtype);
  }
  return t.dtype() == dtype ? name : cast(name, dtype);
}

Name Emitter::parameter(const Tensor& t, const std::string& path) {
  const auto at = parameter_of_.find(t.impl());
  std::size_t i = at != parameter_of_.end() ? at->second : 0;
  if (at == parameter_of_.end())
    while (parameters_[i].second != path) ++i;
  const auto written = written_parameters_.find(i);
  if (written != written_parameters_.end()) return written->second;
  // Names given beyond those of the inputs are for the parameters.
  const std::size_t extra = trace_->inputs.size() + i;
  const Name name = named(extra < options_.input_names.size() ? options_.input_names[extra] : path);
  if (options_.export_params) {
    graph_.initializers.emplace_back(name, data_at_use(parameters_[i].first));
  } else {
    ValueInfo info{name, t.dtype(), {}};
    for (const auto n : t.shape()) info.shape.push_back({n, ""});
    graph_.inputs.push_back(std::move(info));
  }
  written_parameters_[i] = name;
  return name;
}

// What a tensor held when a call read it: it may have been written to since. Undefined when nobody
// knows any more.
Tensor Emitter::data_at_use(const Tensor& t, const Trace& trace, const Call* call) const {
  std::uint32_t version = t.version();
  if (call) {
    std::size_t i = 0;
    for_each_tensor(call->args, [&](const Tensor& x) {
      if (x.is_same(t)) version = call->versions[i];
      ++i;
    });
    if (call->op && call->op->inplace_of && t.is_same(call->args[0].get<Tensor>())) --version;
  }
  return trace.data(t, version);
}

Tensor Emitter::data_at_use(const Tensor& t) const {
  const Tensor data = data_at_use(t, *trace_, call_);
  if (!data.defined()) unsupported("an operand was changed in place later on");
  return data;
}

Name Emitter::constant_argument(const Tensor& t, DType dtype) {
  const Tensor data = data_at_use(t);
  if (const Tensor* now = twin(t)) {
    const Tensor o = data_at_use(*now, *other_, other_call_);
    if (!o.defined()) unsupported("an operand was changed in place later on");
    if (o.shape() != data.shape())
      unsupported("the size of a constant depends on a dynamic dimension");
    if (t.numel() == 1 && data.item() != o.item()) {
      const Size s{static_cast<std::int64_t>(data.item()), static_cast<std::int64_t>(o.item())};
      if (static_cast<double>(s.value) != data.item() || static_cast<double>(s.other) != o.item())
        unsupported("a number depends on the inputs' sizes or values");
      const Name n = scalar(s, dtype);
      return t.dim() == 0 ? n : reshape(n, IntList(static_cast<std::size_t>(t.dim()), 1));
    }
    if (t.numel() <= 4096 && data.to_vector() != o.to_vector())
      unsupported("a constant depends on the inputs' sizes or values");
  }
  return constant(data.to_raw(dtype));
}

const Tensor* Emitter::twin(const Tensor& t) const {
  const auto at = twins_.find(t.impl());
  return at == twins_.end() ? nullptr : &at->second;
}

// ---- the graph's ends ----

void Emitter::add_inputs() {
  const TensorList& inputs = trace_->inputs;
  const std::vector<std::string> names = input_names(inputs.size(), options_);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::string& name = names[i];
    ValueInfo info{graph_.add_name(name), inputs[i].dtype(), {}};
    const auto axes = options_.dynamic_axes.find(name);
    for (std::int64_t d = 0; d < inputs[i].dim(); ++d) {
      info.shape.push_back({inputs[i].size(d), ""});
      if (axes == options_.dynamic_axes.end()) continue;
      for (const auto& [axis, variable] : axes->second)
        if (wrap_dim(axis, inputs[i].dim()) == d) {
          info.shape.back() = {-1, variable};
          dynamic_ = true;
        }
    }
    taken_[name] = 1;
    bind(inputs[i], info.name);
    graph_.inputs.push_back(std::move(info));
    if (other_) twins_[inputs[i].impl()] = other_->inputs[i];
  }
  for (const auto& name : options_.output_names) taken_[name] = 1;
}

Dimension Emitter::output_dimension(const Tensor& t, std::size_t d, const std::string& name) const {
  const auto axes = options_.dynamic_axes.find(name);
  if (axes != options_.dynamic_axes.end())
    for (const auto& [axis, variable] : axes->second)
      if (wrap_dim(axis, t.dim()) == static_cast<std::int64_t>(d)) return {-1, variable};
  if (!dynamic_) return {t.shape()[d], ""};
  if (const Tensor* o = twin(t)) {
    if (o->dim() == t.dim() && o->shape()[d] == t.shape()[d]) return {t.shape()[d], ""};
  }
  // It may vary: nothing is promised.
  return {};
}

void Emitter::add_outputs() {
  const TensorList& outputs = trace_->outputs;
  if (other_)
    for (std::size_t i = 0; i < outputs.size(); ++i) twins_[outputs[i].impl()] = other_->outputs[i];
  // The last node's value takes the output's name; an input, a constant or what is an output
  // already needs a node of its own.
  std::vector<char> is_plain(graph_.value_names.size(), 0);
  for (const Node& n : graph_.nodes)
    for (const Name y : n.outputs) is_plain[static_cast<std::size_t>(y)] = 1;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Tensor& t = outputs[i];
    std::string name = i == 0 ? "output" : "output." + std::to_string(i);
    if (i < options_.output_names.size()) name = options_.output_names[i];
    else name = fresh(name);
    Name y = value(t);
    is_plain.resize(graph_.value_names.size(), 0);
    if (is_plain[static_cast<std::size_t>(y)]) {
      is_plain[static_cast<std::size_t>(y)] = 0;
      graph_.rename(y, name);
    } else {
      const Name copy = graph_.add_name(name);
      graph_.nodes.push_back({"Identity", fresh("/Identity"), {y}, {copy}, {}});
      y = copy;
    }
    ValueInfo info{y, t.dtype(), {}};
    for (std::size_t d = 0; d < t.shape().size(); ++d)
      info.shape.push_back(output_dimension(t, d, name));
    graph_.outputs.push_back(std::move(info));
  }
}

}  // namespace gradbox::onnx
