#include "onnx/run/execute.h"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include "core/storage.h"
#include "onnx/ir/proto.h"
#include "onnx/run/in_place.h"
#include "onnx/run/observer.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

using Type = proto::attribute::Type;

const Any kAbsent;

// Functions may call functions, and subgraphs hold subgraphs.
constexpr int kMaxDepth = 200;
int g_depth = 0;
struct Depth {
  Depth() {
    check(g_depth < kMaxDepth, "graphs and functions call one another more than ", kMaxDepth,
          " deep");
    ++g_depth;
  }
  ~Depth() { --g_depth; }
};

std::int64_t g_steps_left = std::numeric_limits<std::int64_t>::max();

NodeObserver* g_observer = nullptr;

}  // namespace

NodeObserver* node_observer() { return g_observer; }
NodeObserver* set_node_observer(NodeObserver* observer) {
  return std::exchange(g_observer, observer);
}

StepLimit::StepLimit(std::int64_t steps) : before_(g_steps_left) {
  g_steps_left = std::min(steps, before_);
}
StepLimit::~StepLimit() { g_steps_left = before_; }

bool StepLimit::spend(double operations) {
  if (g_steps_left == std::numeric_limits<std::int64_t>::max()) return true;
  const double steps = operations / kStepWork;
  // Also when it isn't a number.
  if (!(steps <= static_cast<double>(g_steps_left))) g_steps_left = 0;
  else g_steps_left -= static_cast<std::int64_t>(steps);
  return g_steps_left > 0;
}

void spend(NodeRun& r, double operations) {
  if (!StepLimit::spend(operations)) r.fail("the run takes more steps than it is allowed");
}

const Any& at(const Place& place, Frame& frame) {
  if (place.constant) return *place.constant;
  if (place.slot == Place::kNone) return kAbsent;
  Frame* f = &frame;
  for (std::uint32_t i = 0; i < place.up; ++i) f = f->outer;
  return f->values[place.slot];
}

void Run::fail(const std::string& why) const {
  throw NodeError(ErrorKind::Runtime, step_.node->title() + ": " + why);
}

void Run::compute() {
  if (g_steps_left != std::numeric_limits<std::int64_t>::max() && --g_steps_left < 0)
    fail("the run takes more steps than it is allowed");
  try {
    if (step_.kernel) {
      if (step_.reuses && !arguments_ && compute_in_place(step_, frame_)) return;
      step_.kernel(*this);
      return;
    }
    std::vector<Any> inputs(step_.function->inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = any(i);
    std::vector<Any> results = run_plan(*step_.function, inputs, nullptr);
    for (std::size_t i = 0; i < results.size(); ++i) out(i, std::move(results[i]));
  } catch (const NodeError&) {
    throw;
  } catch (const Error& e) {
    if (e.kind() == ErrorKind::Callback) throw;
    throw NodeError(e.kind(), step_.node->title() + ": " + e.what());
  } catch (const std::bad_alloc&) {
    fail("there is not enough memory");
  } catch (const std::exception&) {
    // Of the standard library: a list of another length than the inputs want.
    fail("its inputs and attributes don't fit together");
  }
}

bool Run::wants(std::size_t i) const {
  return i < step_.outputs.size() && step_.outputs[i] != Place::kNone;
}

const Any& Run::any(std::size_t i) const {
  if (i >= step_.inputs.size()) return kAbsent;
  return arguments_ ? (*arguments_)[i] : at(step_.inputs[i], frame_);
}

namespace {

// Shapes that no model has, and that kernels needn't expect: loops go along the dimensions of
// tensors without elements, and a view repeats an element as often as it likes.
void check_result(Run& r, const Tensor& t) {
  if (!t.defined()) return;
  constexpr std::size_t kMostDims = 64;
  constexpr double kMostEmpty = 1 << 24;
  if (t.shape().size() > kMostDims) r.fail("its result has more than 64 dimensions");
  double extent = 1;
  for (const auto d : t.shape()) extent *= static_cast<double>(std::max<std::int64_t>(d, 1));
  if (t.numel() == 0 && extent > kMostEmpty)
    r.fail("its result has no elements, but the shape " + to_string(t.shape()));
  const std::int64_t limit = memory_stats().limit;
  if (limit >= 0 && t.numel() > limit / item_size(t.dtype()))
    r.fail("its result of shape " + to_string(t.shape()) + " is larger than memory may be");
  spend(r, static_cast<double>(t.numel()));
}

}  // namespace

void Run::out(std::size_t i, Any value) {
  if (value.is_tensor()) check_result(*this, value.tensor());
  if (wants(i)) frame_.values[step_.outputs[i]] = std::move(value);
}

// ---- attributes ----

const AttributeProto* Run::find(const char* name, Type type) const {
  const AttributeProto* a = step_.node->find(name);
  if (a && a->type != type) fail(detail::concat("its attribute ", name, " has the wrong type"));
  return a;
}

std::int64_t Run::attr(const char* name, std::int64_t otherwise) const {
  const AttributeProto* a = find(name, Type::INT);
  return a ? a->i : otherwise;
}

double Run::attr(const char* name, double otherwise) const {
  const AttributeProto* a = find(name, Type::FLOAT);
  return a ? static_cast<double>(a->f) : otherwise;
}

std::string Run::attr(const char* name, const char* otherwise) const {
  const AttributeProto* a = find(name, Type::STRING);
  return a ? a->s : otherwise;
}

IntList Run::attr_ints(const char* name, const IntList& otherwise) const {
  const AttributeProto* a = find(name, Type::INTS);
  return a ? a->ints : otherwise;
}

FloatList Run::attr_floats(const char* name) const {
  const AttributeProto* a = find(name, Type::FLOATS);
  return a ? a->floats : FloatList();
}

std::vector<std::string> Run::attr_strings(const char* name) const {
  const AttributeProto* a = find(name, Type::STRINGS);
  return a ? a->strings : std::vector<std::string>();
}

Any Run::attr_tensor(const char* name) const {
  const AttributeProto* a = step_.node->find(name);
  if (a && a->type != Type::TENSOR && a->type != Type::SPARSE_TENSOR)
    fail(detail::concat("its attribute ", name, " has the wrong type"));
  return a ? a->t.value : Any();
}

const GraphProto& Run::attr_graph(const char* name) const {
  const AttributeProto* a = find(name, Type::GRAPH);
  if (!a || !a->g) fail(detail::concat("it has no attribute ", name));
  return *a->g;
}

std::vector<Any> Run::run(const GraphProto& graph, const std::vector<Any>& inputs) {
  const Plan* plan = nullptr;
  for (const auto& [g, p] : step_.bodies)
    if (g == &graph) plan = p.get();
  if (!plan) fail("the graph is none of its subgraphs");
  if (inputs.size() != plan->inputs.size())
    fail(
        detail::concat("its subgraph takes ", plan->inputs.size(), " inputs, not ", inputs.size()));
  // Also when it has no nodes, or a loop of it would never end.
  spend(*this, StepLimit::kStepWork);
  return run_plan(*plan, inputs, &frame_);
}

// ---- what every kernel has at hand ----

const Tensor& NodeRun::in(std::size_t i) const {
  const Any& v = any(i);
  if (!v.is_tensor())
    fail(detail::concat("its input ", i, v.is_absent() ? " is missing" : " must be a tensor"));
  return v.tensor();
}

const StringTensor& NodeRun::strings(std::size_t i) const {
  const Any& v = any(i);
  if (!v.is_strings())
    fail(detail::concat("its input ", i,
                        v.is_absent() ? " is missing" : " must be a tensor of strings"));
  return v.strings();
}

IntList NodeRun::ints(std::size_t i) const {
  const Tensor& t = in(i);
  if (g_observer) g_observer->on_read(t);
  const Tensor c = t.to_raw(DType::Int64).contiguous_raw();
  // Whole numbers will do in any dtype: OneHot's depth comes as a float.
  if (is_floating(t.dtype()) && t.to_vector() != c.to_vector())
    fail(detail::concat("its input ", i, " must hold integers"));
  const auto* p = c.data<std::int64_t>();
  return IntList(p, p + c.numel());
}

std::int64_t NodeRun::integer(std::size_t i) const {
  const IntList all = ints(i);
  if (all.size() != 1) fail(detail::concat("its input ", i, " must be one integer"));
  return all[0];
}

double NodeRun::number(std::size_t i) const {
  const Tensor& t = in(i);
  if (t.numel() != 1) fail(detail::concat("its input ", i, " must be one number"));
  if (g_observer) g_observer->on_read(t);
  return t.item();
}

TensorList NodeRun::rest(std::size_t i) const {
  TensorList out;
  for (; i < inputs(); ++i)
    if (has(i)) out.push_back(in(i));
  return out;
}

DType NodeRun::attr_dtype(const char* name, DType otherwise) const {
  if (!has_attribute(name)) return otherwise;
  const std::int64_t type = attr(name, std::int64_t{0});
  DType found;
  if (type < 0 || type > 100 || !proto::find_dtype(static_cast<std::int32_t>(type), found))
    fail(detail::concat("its attribute ", name, ": ",
                        proto::data_type_name(static_cast<std::int32_t>(type)),
                        " is not supported"));
  return found;
}

// ---- plans ----

std::vector<Any> run_plan(const Plan& plan, Frame& frame, Watcher* watcher) {
  const Depth depth;
  for (const Step& step : plan.steps) {
    Run run(step, frame);
    if (watcher) watcher->step(step, run);
    else run.compute();
    for (const std::uint32_t slot : step.last_uses) frame.values[slot] = Any();
  }
  std::vector<Any> out;
  out.reserve(plan.outputs.size());
  for (const Place& p : plan.outputs) out.push_back(at(p, frame));
  return out;
}

std::vector<Any> run_plan(const Plan& plan, const std::vector<Any>& inputs, Frame* outer) {
  Frame frame;
  frame.values.resize(plan.names.size());
  frame.outer = outer;
  for (std::size_t i = 0; i < inputs.size() && i < plan.inputs.size(); ++i)
    // An input that an initializer fills has no slot: inner graphs keep theirs.
    if (plan.inputs[i] != Place::kNone) frame.values[plan.inputs[i]] = inputs[i];
  return run_plan(plan, frame);
}

}  // namespace gradbox::onnx
