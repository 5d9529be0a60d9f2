// The operator registry: every operator is declared once, here, by name. Bindings, gradient
// checks, ONNX export and the support table are derived from these declarations.
//
//   r.op("mul(Tensor self, Tensor|Scalar other) -> Tensor")
//       .doc("Multiplies element by element, with broadcasting. torch.mul")
//       .forward([](const Args& a) { return kernels::mul(a.tensor(0), a.tensor(1)); })
//       .saves({"self", "other"})
//       .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
//         return {c.needs(0) ? ops::mul(g[0], c.tensor(1)) : Tensor(),
//                 c.needs(1) ? ops::mul(g[0], c.tensor(0)) : Tensor()};
//       })
//       .inplace()
//       .onnx("Mul")
//       .samples([](Samples& s) { s.add({s.randn({2, 3}), s.randn({3})}); });
//
// A backward is written in differentiable operators and need not undo broadcasting or dtype
// promotion: the engine sums a gradient down to its input's shape and casts it to its dtype.
#pragma once

#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/build.h"
#include "core/callable.h"
#include "ops/needed.h"
#include "ops/schema.h"

namespace gradbox {

struct OpDef;
class OpNode;

// Bound arguments of one call, in schema order, defaults filled in.
class Args {
 public:
  Args(const Values& values, TensorList* stash) : v_(values), stash_(stash) {}
  std::size_t size() const { return v_.size(); }
  const Value& operator[](std::size_t i) const { return v_[i]; }
  bool has(std::size_t i) const { return !v_[i].is_none(); }
  // Undefined tensor for None.
  const Tensor& tensor(std::size_t i) const { return has(i) ? v_[i].get<Tensor>() : undefined(); }
  const TensorList& tensors(std::size_t i) const { return v_[i].get<TensorList>(); }
  std::int64_t integer(std::size_t i) const { return v_[i].as_int(); }
  double number(std::size_t i) const { return v_[i].as_double(); }
  bool boolean(std::size_t i) const { return v_[i].as_bool(); }
  const std::string& string(std::size_t i) const { return v_[i].get<std::string>(); }
  const IntList& ints(std::size_t i) const { return v_[i].get<IntList>(); }
  const FloatList& floats(std::size_t i) const { return v_[i].get<FloatList>(); }
  DType dtype(std::size_t i, DType otherwise) const {
    return has(i) ? v_[i].get<DType>() : otherwise;
  }
  DType dtype(std::size_t i) const { return v_[i].get<DType>(); }
  // Keeps a by-product of the forward (a mask, indices) for the backward: BackwardContext::stash.
  void stash(Tensor t) const {
    if (stash_) stash_->push_back(std::move(t));
  }

 private:
  static const Tensor& undefined();
  const Values& v_;
  TensorList* stash_;
};

// What a backward formula sees. Tensor arguments are available when the declaration saves them;
// shapes and dtypes of all tensor arguments always are.
class BackwardContext {
 public:
  explicit BackwardContext(OpNode& node) : node_(node) {}
  // Whether the gradient of tensor argument number `arg` (schema index) is wanted.
  bool needs(std::size_t arg) const;
  // For a TensorList argument: whether element i's gradient is wanted.
  bool needs(std::size_t arg, std::size_t i) const;
  const OpDef& op() const;
  Tensor tensor(std::size_t arg) const;       // saved argument; undefined for None
  TensorList tensors(std::size_t arg) const;  // saved list argument
  Tensor output(std::size_t i = 0) const;     // saved output
  Tensor stash(std::size_t i) const;
  const Dims& shape(std::size_t arg, std::size_t i = 0) const;
  DType dtype(std::size_t arg, std::size_t i = 0) const;
  std::size_t list_size(std::size_t arg) const;
  // Non-tensor arguments, in schema positions (tensor positions hold None).
  Args args() const;

 private:
  OpNode& node_;
};

// Collects inputs for the gradient check (float64, requires_grad set) and other generic tests.
class Samples {
 public:
  virtual ~Samples() = default;
  virtual Tensor randn(const Dims& shape) = 0;                             // differentiable
  virtual Tensor uniform(const Dims& shape, double low, double high) = 0;  // differentiable
  virtual Tensor distinct(
      const Dims& shape) = 0;  // differentiable, values at least 0.1 apart, none near 0
  virtual Tensor fixed(const FloatList& values, const Dims& shape, DType dtype) = 0;  // constant
  virtual void add(
      Values args) = 0;  // arguments in schema order; missing trailing ones take defaults
};

using Forward = Callable<Value(const Args&)>;
// One gradient for each tensor argument in schema order (elements of a list argument in turn);
// undefined where there is none.
using Backward = Callable<TensorList(BackwardContext&, const TensorList& grad_outputs)>;
// Name of the autograd node, by the arguments.
using NodeName = Callable<std::string(const Values&)>;
// Adds inputs for the generic tests.
using SampleMaker = Callable<void(Samples&)>;

enum Namespace : unsigned { kTorch = 1, kTensor = 2, kFunctional = 4, kLinalg = 8, kSpecial = 16 };

struct OpDef {
  Schema schema;
  int id = 0;
  std::string doc;
  Forward forward;
  Backward backward;         // empty: not differentiable, or composite
  bool composite = false;    // forward is made of differentiable operators
  Forward decomposition;     // what ONNX export traces instead, when it can't take the whole
  bool view = false;         // output shares the first argument's storage
  bool any_dtype = false;    // forward takes what is only stored (core/dtype.h)
  bool has_inplace = false;  // derive "name_" from it
  const OpDef* inplace_of = nullptr;
  std::vector<int> saved_args;
  bool saves_output = false;
  std::vector<int> non_differentiable_outputs;
  unsigned namespaces = kTorch | kTensor;
  NodeName node_name;
  NodeName inplace_node_name;  // where it differs in place
  std::string onnx_type;
  SampleMaker samples;       // empty in a build without GRADBOX_SAMPLES
  std::string no_gradcheck;  // reason, when a differentiable operator has no samples
  bool differentiable() const { return static_cast<bool>(backward); }
};

// The builder returned by Registry::op. A build for inference takes the forward functions of the
// operators that ONNX models need and lets the rest go: what is not stored is not linked. For an
// operator that isn't needed the builder is without a definition; inlined, nothing remains of it.
#ifdef GRADBOX_INFERENCE
#define GRADBOX_INLINED [[gnu::always_inline]]
#else
#define GRADBOX_INLINED
#endif
class OpBuilder {
 public:
  GRADBOX_INLINED explicit OpBuilder(OpDef* d) : d_(d) {}
  template <class S>
  GRADBOX_INLINED OpBuilder& doc(S&& text) {
    if constexpr (kTraining) d_->doc = std::forward<S>(text);
    return *this;
  }
  template <class F>
  GRADBOX_INLINED OpBuilder& forward(F f) {
    if (d_) d_->forward = Forward(f);
    return *this;
  }
  template <class F>
  GRADBOX_INLINED OpBuilder& composite(F f) {
    if (d_) d_->composite = true;
    return forward(f);
  }
  // As composite, but the graph gets one node under PyTorch's name. Its backward runs the forward
  // again, recorded, and differentiates that, unless saves() and backward() follow. It costs time
  // where a formula would cost code.
  template <class F>
  GRADBOX_INLINED OpBuilder& fused(F f) {
    forward(f).decomposition(f);
    if constexpr (kTraining) replay(*d_);
    return *this;
  }
  // The operator in terms of others, for one with a kernel of its own.
  template <class F>
  GRADBOX_INLINED OpBuilder& decomposition([[maybe_unused]] F f) {
    if constexpr (kTraining) d_->decomposition = Forward(f);
    return *this;
  }
  GRADBOX_INLINED OpBuilder& saves([[maybe_unused]] std::initializer_list<const char*> names) {
    if constexpr (kTraining) set_saved(names);
    return *this;
  }
  GRADBOX_INLINED OpBuilder& saves_output() {
    if constexpr (kTraining) d_->saves_output = true;
    return *this;
  }
  template <class F>
  GRADBOX_INLINED OpBuilder& backward([[maybe_unused]] F f) {
    if constexpr (kTraining) d_->backward = Backward(f);
    return *this;
  }
  GRADBOX_INLINED OpBuilder& view() {
    if (d_) d_->view = true;
    return *this;
  }
  GRADBOX_INLINED OpBuilder& any_dtype() {
    if (d_) d_->any_dtype = true;
    return *this;
  }
  GRADBOX_INLINED OpBuilder& inplace() {
    if (d_) d_->has_inplace = true;
    return *this;
  }
  // In place, the node has a name of its own.
  template <class F>
  GRADBOX_INLINED OpBuilder& inplace([[maybe_unused]] F f) {
    if constexpr (kTraining) d_->inplace_node_name = NodeName(f);
    return inplace();
  }
  GRADBOX_INLINED OpBuilder& non_differentiable(
      [[maybe_unused]] std::initializer_list<int> outputs) {
    if constexpr (kTraining) d_->non_differentiable_outputs = outputs;
    return *this;
  }
  GRADBOX_INLINED OpBuilder& in([[maybe_unused]] unsigned namespaces) {
    if constexpr (kTraining) d_->namespaces = namespaces;
    return *this;
  }
  // Autograd node name where it isn't CamelCase(name) + "Backward0": a text, or a function of the
  // arguments.
  template <class N>
  GRADBOX_INLINED OpBuilder& node([[maybe_unused]] N name) {
    if constexpr (!kTraining) {
    } else if constexpr (std::is_convertible_v<N, std::string>) {
      d_->node_name = [text = std::string(name)](const Values&) { return text; };
    } else {
      d_->node_name = NodeName(name);
    }
    return *this;
  }
  template <class S>
  GRADBOX_INLINED OpBuilder& onnx([[maybe_unused]] S&& type) {
    if constexpr (kTraining) d_->onnx_type = std::forward<S>(type);
    return *this;
  }
  // Only tests read samples: the module that visitors download is built without them.
  template <class F>
  GRADBOX_INLINED OpBuilder& samples([[maybe_unused]] F f) {
#ifdef GRADBOX_SAMPLES
    d_->samples = SampleMaker(f);
#endif
    return *this;
  }
  template <class S>
  GRADBOX_INLINED OpBuilder& no_gradcheck([[maybe_unused]] S&& reason) {
    if constexpr (kTraining) d_->no_gradcheck = std::forward<S>(reason);
    return *this;
  }

 private:
  void set_saved(std::initializer_list<const char*> names);
  static void replay(OpDef& d);
  OpDef* d_;
};

class Registry {
 public:
  // Built on first use from the families listed in registry.cpp.
  static Registry& instance();
  OpBuilder op(const std::string& schema) { return OpBuilder(declare(schema)); }
#ifdef GRADBOX_INFERENCE
  template <std::size_t N>
  GRADBOX_INLINED OpBuilder op(const char (&schema)[N]) {
    return OpBuilder(is_needed(schema) ? declare(schema) : nullptr);
  }
#endif
  // Declares every overload of `target`, which is there already, under another name.
  void alias(const std::string& name, const std::string& target);
  const std::deque<OpDef>& all() const { return ops_; }
  // Exact full name ("max.dim", "add_"); null when absent.
  const OpDef* find(const std::string& full_name) const;
  // All overloads that share a name, in order of declaration.
  const std::vector<const OpDef*>& overloads(const std::string& name) const;
  const OpDef& by_id(int id) const { return ops_.at(static_cast<std::size_t>(id)); }
  // JSON array described in ARCHITECTURE.md.
  std::string to_json() const;

 private:
  Registry() = default;
  OpDef* declare(const std::string& schema);
  void finish();  // derives in-place operators, indexes names
  std::deque<OpDef> ops_;
  std::map<std::string, const OpDef*> by_full_name_;
  std::map<std::string, std::vector<const OpDef*>> by_name_;
};

// ---- calling ----

struct Keyword {
  std::string name;
  Value value;
};

// Picks the overload of `name` that fits, fills in defaults, wraps numbers. Throws TypeError in
// PyTorch's words.
struct BoundCall {
  const OpDef* op;
  Values args;
};
BoundCall bind(const std::string& name, const Values& positional,
               const std::vector<Keyword>& keywords);
BoundCall bind(const std::vector<const OpDef*>& overloads, const Values& positional,
               const std::vector<Keyword>& keywords);
// Without keywords: calls whose arguments have the declared types already, the common case, are
// bound without copying.
BoundCall bind(const std::vector<const OpDef*>& overloads, Values positional);

// Runs an operator on bound arguments: forward, autograd recording, view and in-place rules,
// observers. Gives a Tensor, a TensorList (several outputs) or a plain value.
Value call(const OpDef& op, Values args);
// bind + call.
Value call(const std::string& name, const Values& positional,
           const std::vector<Keyword>& keywords = {});

// Told of every operator call: ONNX tracing.
class OpObserver {
 public:
  virtual ~OpObserver() = default;
  // Asked before a composite runs: true when the observer will take the composite as a whole,
  // so that the operators inside aren't reported.
  virtual bool takes(const OpDef& op) = 0;
  // Before an in-place operator writes to its first argument.
  virtual void before_write(const Tensor& self) = 0;
  virtual void on_op(const OpDef& op, const Values& args, const Value& result) = 0;
};
// Returns the previous observer.
OpObserver* set_op_observer(OpObserver* observer);

// Arguments for a function that takes them out. They are never destroyed: that code, wherever an
// operator is called, would be a good part of the download.
template <std::size_t N>
class PassedValues {
 public:
  template <class... A>
  explicit PassedValues(A&&... a) {
    std::size_t n = 0;
    (new (first() + n++) Value(std::forward<A>(a)), ...);
  }
  Value* first() const { return reinterpret_cast<Value*>(room_); }

 private:
  alignas(Value) mutable unsigned char room_[N * sizeof(Value)];
};

// A C++ handle to an operator by name: `ops::mul(a, b)`. Arguments are positional; trailing
// defaults may be left out. Looked up once, on first call.
class OpHandle {
 public:
  explicit constexpr OpHandle(const char* full_name) : name_(full_name) {}
  template <class... A>
  Tensor operator()(A&&... a) const {
    const PassedValues<sizeof...(A)> values(std::forward<A>(a)...);
    return tensor(values.first(), sizeof...(A));
  }
  template <class... A>
  TensorList multi(A&&... a) const {
    const PassedValues<sizeof...(A)> values(std::forward<A>(a)...);
    return invoke(values.first(), sizeof...(A)).template get<TensorList>();
  }
  // Takes the values out of an array of n, which owns nothing afterwards.
  Value invoke(Value* values, std::size_t n) const;
  Tensor tensor(Value* values, std::size_t n) const;

 private:
  const char* name_;
  mutable const std::vector<const OpDef*>* overloads_ = nullptr;
};

}  // namespace gradbox
