// Control flow: nodes that run subgraphs.
#include "onnx/ir/model.h"
#include "onnx/run/control.h"
#include "onnx/run/execute.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

using Items = std::vector<Any>;

bool truth(const NodeRun& r, const Any& v) {
  if (!v.is_tensor() || v.tensor().numel() != 1) r.fail("its condition must be one bool");
  return v.tensor().item() != 0;
}

void if_(NodeRun& r) {
  const char* branch = truth(r, r.any(0)) ? "then_branch" : "else_branch";
  Items results = r.run(r.attr_graph(branch), {});
  if (results.size() < r.outputs())
    r.fail(detail::concat(branch, " has ", results.size(), " outputs, not ", r.outputs()));
  for (std::size_t i = 0; i < r.outputs(); ++i) r.out(i, std::move(results[i]));
}

// Scan outputs of a loop: one tensor an iteration, joined along a new axis.
class Stacked {
 public:
  explicit Stacked(const NodeRun& r) : r_(r) {}
  void add(const Any& v) {
    if (!v.is_tensor()) r_.fail("what a loop collects must be tensors");
    parts_.push_back(v.tensor());
  }
  // Of no iteration at all: what is declared, with 0 for what isn't.
  Tensor joined(std::int64_t axis, bool reversed, const ValueInfoProto& declared) {
    if (!parts_.empty()) {
      if (reversed) parts_ = TensorList(parts_.rbegin(), parts_.rend());
      return ops::stack(parts_, axis);
    }
    Dims shape;
    for (const auto& d : declared.type.shape) shape.push_back(d.size < 0 ? 0 : d.size);
    shape.insert(shape.begin() + wrap_dim(axis, static_cast<std::int64_t>(shape.size()) + 1), 0);
    const std::int32_t type = declared.type.elem_type;
    return Tensor::empty(shape, type == 0 ? DType::Float32 : proto::to_dtype(type));
  }

 private:
  const NodeRun& r_;
  TensorList parts_;
};

// inputs: M, cond, v_1 ... v_n; body: (i, cond, v...) -> (cond, v..., scanned...)
void loop(NodeRun& r) {
  const GraphProto& body = r.attr_graph("body");
  const std::size_t n = r.inputs() > 2 ? r.inputs() - 2 : 0;
  if (body.outputs.size() < n + 1)
    r.fail(detail::concat("its body has ", body.outputs.size(), " outputs, but ", n,
                          " values are carried from iteration to iteration"));
  const bool counted = r.has(0);
  const std::int64_t trips = counted ? r.integer(0) : 0;
  bool go_on = !r.has(1) || truth(r, r.any(1));
  Items carried;
  for (std::size_t i = 0; i < n; ++i) carried.push_back(r.any(i + 2));
  std::vector<Stacked> scanned(body.outputs.size() - n - 1, Stacked(r));
  for (std::int64_t i = 0; go_on && (!counted || i < trips); ++i) {
    Items inputs{Tensor::scalar_int(i), Tensor::full({}, 1, DType::Bool)};
    for (Any& v : carried) inputs.push_back(std::move(v));
    Items results = r.run(body, inputs);
    go_on = truth(r, results[0]);
    for (std::size_t k = 0; k < n; ++k) carried[k] = std::move(results[k + 1]);
    for (std::size_t k = 0; k < scanned.size(); ++k) scanned[k].add(results[n + 1 + k]);
  }
  for (std::size_t k = 0; k < n; ++k) r.out(k, std::move(carried[k]));
  for (std::size_t k = 0; k < scanned.size(); ++k)
    if (r.wants(n + k)) r.out(n + k, scanned[k].joined(0, false, body.outputs[n + 1 + k]));
}

// One entry of a list of ints, 0 when the list is left out.
std::int64_t entry(const NodeRun& r, const char* name, std::size_t i) {
  const IntList list = r.attr_ints(name);
  return i < list.size() ? list[i] : 0;
}

struct ScanShape {
  std::size_t states, scanned;
};

// Runs the body over the scanned inputs; gives the final states, then what was collected.
Items scan_once(NodeRun& r, const GraphProto& body, ScanShape shape, Items states,
                const TensorList& inputs, std::int64_t length, bool version_8) {
  const char* backwards_in = version_8 ? "directions" : "scan_input_directions";
  std::vector<Stacked> out(body.outputs.size() - shape.states, Stacked(r));
  for (std::int64_t i = 0; i < length; ++i) {
    Items arguments = std::move(states);
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const std::int64_t axis = version_8 ? 0 : entry(r, "scan_input_axes", k);
      const bool backwards = entry(r, backwards_in, k) != 0;
      arguments.push_back(ops::select(inputs[k], axis, backwards ? length - 1 - i : i));
    }
    Items results = r.run(body, arguments);
    states.assign(results.begin(), results.begin() + static_cast<std::ptrdiff_t>(shape.states));
    for (std::size_t k = 0; k < out.size(); ++k) out[k].add(results[shape.states + k]);
  }
  for (std::size_t k = 0; k < out.size(); ++k) {
    const std::int64_t axis = version_8 ? 0 : entry(r, "scan_output_axes", k);
    const bool backwards = !version_8 && entry(r, "scan_output_directions", k) != 0;
    states.push_back(out[k].joined(axis, backwards, body.outputs[shape.states + k]));
  }
  return states;
}

ScanShape scan_shape(NodeRun& r, const GraphProto& body, std::size_t inputs) {
  const auto scanned = static_cast<std::size_t>(r.attr("num_scan_inputs", std::int64_t{0}));
  if (scanned == 0 || scanned > inputs) r.fail("num_scan_inputs doesn't fit its inputs");
  const ScanShape shape{inputs - scanned, scanned};
  if (body.outputs.size() < shape.states) r.fail("its body has too few outputs");
  return shape;
}

void scan(NodeRun& r) {
  const GraphProto& body = r.attr_graph("body");
  const ScanShape shape = scan_shape(r, body, r.inputs());
  Items states;
  for (std::size_t i = 0; i < shape.states; ++i) states.push_back(r.any(i));
  TensorList inputs;
  std::int64_t length = 0;
  for (std::size_t k = 0; k < shape.scanned; ++k) {
    inputs.push_back(r.in(shape.states + k));
    const std::int64_t n = inputs[k].size(entry(r, "scan_input_axes", k));
    if (k != 0 && n != length) r.fail("what it scans has several lengths");
    length = n;
  }
  Items results = scan_once(r, body, shape, std::move(states), inputs, length, false);
  for (std::size_t i = 0; i < results.size(); ++i) r.out(i, std::move(results[i]));
}

// Version 8: input 0 tells the lengths; everything else has a batch dimension in front.
void scan_8(NodeRun& r) {
  const GraphProto& body = r.attr_graph("body");
  const ScanShape shape = scan_shape(r, body, r.inputs() - 1);
  const std::int64_t batch = r.in(1).size(0);
  const IntList lengths = r.has(0) ? r.ints(0) : IntList();
  std::vector<TensorList> results(body.outputs.size());
  spend(r, static_cast<double>(batch) * StepLimit::kStepWork);
  for (std::int64_t b = 0; b < batch; ++b) {
    Items states;
    for (std::size_t i = 0; i < shape.states; ++i) states.push_back(ops::select(r.in(1 + i), 0, b));
    TensorList inputs;
    for (std::size_t k = 0; k < shape.scanned; ++k)
      inputs.push_back(ops::select(r.in(1 + shape.states + k), 0, b));
    const auto at = static_cast<std::size_t>(b);
    const std::int64_t length = at < lengths.size() ? lengths[at] : inputs[0].size(0);
    if (length > inputs[0].size(0)) r.fail("a length is beyond what there is to scan");
    const Items one = scan_once(r, body, shape, std::move(states), inputs, length, true);
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (!one[i].is_tensor()) r.fail("its states must be tensors");
      results[i].push_back(one[i].tensor());
    }
  }
  for (std::size_t i = 0; i < results.size(); ++i) r.out(i, ops::stack(results[i], 0));
}

void sequence_map(NodeRun& r) {
  const GraphProto& body = r.attr_graph("body");
  if (!r.any(0).is_sequence()) r.fail("its input 0 must be a sequence");
  std::vector<Items> collected(body.outputs.size());
  const std::size_t n = r.any(0).sequence().size();
  for (std::size_t i = 0; i < n; ++i) {
    Items inputs;
    for (std::size_t k = 0; k < r.inputs(); ++k) {
      const Any& v = r.any(k);
      if (v.is_sequence() && v.sequence().size() != n) r.fail("its sequences have several lengths");
      inputs.push_back(v.is_sequence() ? v.sequence()[i] : v);
    }
    Items results = r.run(body, inputs);
    for (std::size_t k = 0; k < collected.size(); ++k)
      collected[k].push_back(std::move(results[k]));
  }
  for (std::size_t k = 0; k < collected.size(); ++k)
    r.out(k, Sequence(std::make_shared<const Items>(std::move(collected[k]))));
}

}  // namespace

void add_control_kernels() {
  add_kernel("If", 1, if_);
  add_kernel("Loop", 1, loop);
  add_kernel("Scan", 8, scan_8);
  add_kernel("Scan", 9, scan);
  add_kernel("SequenceMap", 17, sequence_map);
}

}  // namespace gradbox::onnx
