// The emitter turns a trace into a graph, one call at a time. Translations (one an operator, in the
// translate_*.cpp files) ask it for the operands and give it the nodes.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "onnx/export/export.h"
#include "onnx/export/graph.h"
#include "onnx/export/trace.h"

namespace gradbox::onnx {

// Some values in a row, of a vector or of braces: what the emitter takes without copying.
template <class T>
class Span {
 public:
  Span() = default;
  // The braces outlive the call that they are written in.
  Span(std::initializer_list<T> list) {
    first_ = list.begin();
    size_ = list.size();
  }
  Span(const std::vector<T>& list) : first_(list.data()), size_(list.size()) {}
  const T* begin() const { return first_; }
  const T* end() const { return first_ + size_; }
  std::size_t size() const { return size_; }

 private:
  const T* first_ = nullptr;
  std::size_t size_ = 0;
};

// An attribute of a node, for the length of the call that is given it: lists and tensors aren't
// copied before. There are hundreds of places that write one, which this keeps small.
class Attribute {
 public:
  Attribute(const char* name, int i) : name_(name), kind_(Kind::Int), int_(i) {}
  Attribute(const char* name, long i) : name_(name), kind_(Kind::Int), int_(i) {}
  Attribute(const char* name, long long i) : name_(name), kind_(Kind::Int), int_(i) {}
  Attribute(const char* name, double f) : name_(name), kind_(Kind::Float), float_(f) {}
  Attribute(const char* name, const char* s) : name_(name), kind_(Kind::String), string_(s) {}
  Attribute(const char* name, const IntList& list) : name_(name), kind_(Kind::Ints), ints_(&list) {}
  Attribute(const char* name, const Tensor& t) : name_(name), kind_(Kind::Tensor), tensor_(&t) {}
  std::pair<const char*, Value> owned() const;

 private:
  enum class Kind { Int, Float, String, Ints, Tensor };
  const char* name_;
  Kind kind_;
  union {
    std::int64_t int_;
    double float_;
    const char* string_;
    const IntList* ints_;
    const gradbox::Tensor* tensor_;
  };
};

// A size in the trace, and the same size in a trace of inputs with other dynamic sizes.
struct Size {
  std::int64_t value;
  std::int64_t other;
  bool is_dynamic() const { return value != other; }
};

class Emitter {
 public:
  Emitter(Graph& graph, const ExportOptions& options, Module& module);

  // Translates a trace. `other`: the trace of inputs with other dynamic sizes; may be null.
  void run(const Trace& trace, const Trace* other);

  // ---- the call that is translated ----

  Args args() const { return {call_->args, nullptr}; }
  std::string op_name() const;
  const Tensor& tensor(std::size_t i) const { return call_->args[i].get<Tensor>(); }
  bool has(std::size_t i) const { return !call_->args[i].is_none(); }
  std::int64_t rank(std::size_t i = 0) const { return tensor(i).dim(); }
  // A dimension of argument 0, counted from the front.
  std::int64_t axis(std::int64_t dim, std::int64_t extra = 0) const {
    return wrap_dim(dim, rank() + extra);
  }
  const Tensor& out(std::size_t i = 0) const { return call_->results[i]; }
  std::size_t outs() const { return call_->results.size(); }
  // The value of a tensor argument; in another dtype. The empty name for None.
  Name in(std::size_t i);
  Name in(std::size_t i, DType dtype);
  std::vector<Name> list(std::size_t i, DType dtype);
  // Any tensor as a value.
  Name value(const Tensor& t) { return value(t, t.dtype()); }
  Name value(const Tensor& t, DType dtype);
  // Whether the tensor's elements are known now, and may be written into the file.
  bool is_constant(const Tensor& t) const;
  // Says which value is the call's result number i.
  void give(Name value, std::size_t i = 0);
  // The operator has no translation in this form.
  [[noreturn]] void unsupported(const char* why = "") const;

  // ---- sizes ----

  int opset() const { return opset_; }
  // Whether some dimension of the inputs varies.
  bool is_dynamic() const { return dynamic_; }
  // Whether dynamic sizes can be told from constant ones.
  bool knows_sizes() const { return other_ != nullptr; }
  // An int argument, or item k of a list of ints.
  Size size(std::size_t i) const;
  std::vector<Size> sizes(std::size_t i) const;
  std::vector<Size> shape(const Tensor& t) const;
  // A size as a vector of one int64, sizes as a vector of int64.
  Name one(const Size& s) { return vector({s}); }
  Name vector(Span<Size> sizes);
  // A size as a scalar of any dtype.
  Name scalar(const Size& s, DType dtype);

  // ---- nodes ----

  Name node(const char* op_type, Span<Name> inputs, Span<Attribute> attributes = {});
  std::vector<Name> nodes(const char* op_type, Span<Name> inputs, Span<Attribute> attributes,
                          std::size_t outputs);
  Name constant(const Tensor& t);
  Name number(double value, DType dtype);
  Name ints(Span<std::int64_t> values);
  Name cast(Name x, DType dtype);
  Name shape_of(Name x) { return node("Shape", {x}); }
  Name transpose(Name x, Span<std::int64_t> perm);
  Name reshape(Name x, Span<std::int64_t> shape);
  Name unsqueeze(Name x, Span<std::int64_t> axes);
  Name squeeze(Name x, Span<std::int64_t> axes);
  // ReduceSum and its kin; no axes: over all.
  Name reduce(const char* op_type, Name x, Span<std::int64_t> axes, bool keepdims);
  // x[starts:ends] along one axis.
  Name slice(Name x, std::int64_t axis, Name start, Name end, std::int64_t step = 1);
  Name concat(Span<Name> parts, std::int64_t axis);
  Name gather(Name x, Name index, std::int64_t axis);

 private:
  // What a tensor of the trace is in the graph.
  struct Bound {
    Tensor tensor;
    Name name;
    std::string why;  // unless empty: why the tensor has no value any more
  };
  void emit(const Call& call);
  void emit_node(const Call& call);
  bool is_folded(const Call& call) const;
  const Bound* find(const Tensor& t) const;
  const std::string* find_parameter(const Tensor& t) const;
  void bind(const Tensor& t, Name name, const std::string& why = {});
  void note_write(const Tensor& t, Name name);
  void write_back(const Tensor& t, Name name, const std::vector<std::size_t>& outdated);
  Name parameter(const Tensor& t, const std::string& path);
  Tensor data_at_use(const Tensor& t, const Trace& trace, const Call* call) const;
  Tensor data_at_use(const Tensor& t) const;
  Name constant_argument(const Tensor& t, DType dtype);
  Name dynamic_size(const Size& s);
  Name dimension(Name x, std::int64_t d);
  // A name that nothing has yet.
  std::string fresh(const std::string& wanted);
  Name named(const std::string& wanted) { return graph_.add_name(fresh(wanted)); }
  std::string scope() const;
  const Tensor* twin(const Tensor& t) const;
  Dimension output_dimension(const Tensor& t, std::size_t d, const std::string& name) const;
  void add_inputs();
  void add_outputs();

  Graph& graph_;
  const ExportOptions& options_;
  int opset_;
  bool fold_;  // whether what depends on parameters alone is computed now
  bool dynamic_ = false;
  const Trace* trace_ = nullptr;
  const Trace* other_ = nullptr;
  const Call* call_ = nullptr;
  const Call* other_call_ = nullptr;

  std::vector<Bound> bound_;
  std::unordered_map<const TensorImpl*, std::size_t> by_tensor_;
  std::unordered_map<const Storage*, std::vector<std::size_t>> by_storage_;
  std::vector<std::pair<Tensor, std::string>> parameters_;
  std::unordered_map<const TensorImpl*, std::size_t> parameter_of_;
  std::unordered_map<const Storage*, std::vector<std::size_t>> parameters_in_;
  std::unordered_map<std::size_t, Name> written_parameters_;
  // The select or slice that made a tensor, in both traces.
  std::unordered_map<const TensorImpl*, std::pair<const Call*, const Call*>> part_of_;
  std::unordered_map<const TensorImpl*, Tensor> twins_;
  std::map<std::string, std::vector<std::pair<Tensor, Name>>> constants_;  // by shape and dtype
  std::map<std::pair<Name, std::int64_t>, Name> dimensions_;
  std::map<std::string, int> taken_;
};

// The names of the inputs: those given, "input" and "input.1" otherwise.
std::vector<std::string> input_names(std::size_t count, const ExportOptions& options);

// How an operator is translated; null when it isn't.
using Translation = void (*)(Emitter&);
Translation find_translation(const OpDef& op);

}  // namespace gradbox::onnx
