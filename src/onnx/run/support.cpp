#include "onnx/run/support.h"

#include "core/storage.h"
#include "onnx/run/execute.h"
#include "onnx/run/observer.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace gradbox::onnx {

Value invoke(const char* name, Value* args, std::size_t count) {
  return call(name, Values(std::make_move_iterator(args), std::make_move_iterator(args + count)));
}

Tensor op_with(const char* name, const Values& args, const char* keyword, const Value& value) {
  return call(name, args, {{keyword, value}}).get<Tensor>();
}

Tensor as(const Tensor& t, DType dtype) { return t.dtype() == dtype ? t : ops::to(t, dtype); }

Tensor as_float(const Tensor& t) { return is_floating(t.dtype()) ? t : as(t, DType::Float32); }

std::int64_t wrap_axis(NodeRun& r, std::int64_t axis, std::int64_t rank) {
  const std::int64_t n = rank ? rank : 1;
  if (axis < -n || axis >= n)
    r.fail("axis " + std::to_string(axis) + " is out of range for " + std::to_string(rank) +
           " dimensions");
  return axis < 0 ? axis + n : axis;
}

std::int64_t axis_of(NodeRun& r, std::int64_t otherwise, std::int64_t rank) {
  return wrap_axis(r, r.attr("axis", otherwise), rank);
}

IntList axes_of(NodeRun& r, std::size_t i, int since) {
  if (r.opset() < since || !r.has(i)) return r.attr_ints("axes");
  return r.ints(i);
}

IntList wrap_axes(NodeRun& r, IntList axes, std::int64_t rank) {
  for (auto& a : axes) a = wrap_axis(r, a, rank);
  return axes;
}

Value scalar_of(const Tensor& t) {
  if (is_floating(t.dtype())) return t.item();
  return static_cast<long long>(t.item_int());
}

namespace {

bool is_unsigned(DType t) {
  return t == DType::Bool || t == DType::UInt8 || t == DType::UInt16 || t == DType::UInt32 ||
         t == DType::UInt64;
}

}  // namespace

Value lowest(DType t) {
  if (is_floating(t)) return -std::numeric_limits<double>::infinity();
  if (is_unsigned(t)) return 0;
  return std::numeric_limits<std::int64_t>::min() >> (64 - 8 * item_size(t));
}

// Integers go up to those of int64: what carries uint64 holds no more.
Value highest(DType t) {
  if (is_floating(t)) return std::numeric_limits<double>::infinity();
  if (t == DType::Bool) return 1;
  const std::int64_t bits = std::min<std::int64_t>(8 * item_size(t) - (is_unsigned(t) ? 0 : 1), 63);
  return std::numeric_limits<std::int64_t>::max() >> (63 - bits);
}

Tensor int_tensor(const IntList& values, const Dims& shape) {
  return Tensor::from_vector<std::int64_t>(values, shape);
}

Tensor int_tensor(const IntList& values) {
  return int_tensor(values, {static_cast<std::int64_t>(values.size())});
}

Tensor float_tensor(const FloatList& values, const Dims& shape, DType dtype) {
  return Tensor::from_vector<double>(values, shape).to_raw(dtype);
}

IntList to_ints(const Tensor& t) {
  if (NodeObserver* observer = node_observer()) observer->on_read(t);
  const Tensor i = t.to_raw(DType::Int64).contiguous_raw();
  return IntList(i.data<std::int64_t>(), i.data<std::int64_t>() + i.numel());
}

Tensor wrap_indices(NodeRun& r, const Tensor& indices, std::int64_t n) {
  // Watched, it is done by operators, which the observer sees; they complain themselves.
  if (node_observer()) {
    const Tensor i = as(indices, DType::Int64);
    return op("where", ops::lt(i, 0), ops::add(i, static_cast<long long>(n)), i);
  }
  IntList list = to_ints(indices);
  for (auto& i : list) {
    if (i < -n || i >= n)
      r.fail("index " + std::to_string(i) + " is out of range for a dimension of size " +
             std::to_string(n));
    if (i < 0) i += n;
  }
  return int_tensor(list, indices.shape());
}

Tensor legacy_operand(NodeRun& r, const Tensor& a, std::size_t i) {
  const Tensor& b = r.in(i);
  if (r.opset() >= 7 || !r.has_attribute("axis") || b.dim() >= a.dim()) return b;
  const std::int64_t after = a.dim() - axis_of(r, 0, a.dim()) - b.dim();
  if (after < 0) r.fail("the second operand doesn't fit at attribute axis");
  Dims shape = b.shape();
  shape.insert(shape.end(), static_cast<std::size_t>(after), 1);
  return ops::reshape(b, shape);
}

std::int64_t elements_from(const Tensor& t, std::int64_t d) {
  return product(Dims(t.shape().begin() + static_cast<std::ptrdiff_t>(d), t.shape().end()));
}

std::int64_t elements_before(const Tensor& t, std::int64_t d) {
  return product(Dims(t.shape().begin(), t.shape().begin() + static_cast<std::ptrdiff_t>(d)));
}

std::string word(NodeRun& r, const char* attribute, const char* otherwise,
                 std::initializer_list<const char*> known) {
  const std::string given = r.attr(attribute, otherwise);
  std::string all;
  bool found = false;
  for (const char* k : known) {
    found = found || given == k;
    all += (all.empty() ? "" : ", ") + std::string(k);
  }
  if (!found)
    r.fail("attribute " + std::string(attribute) + " is '" + given + "', but should be one of " +
           all);
  return given;
}

void check_room(NodeRun& r, double count, std::int64_t bytes_each) {
  const MemoryStats& s = memory_stats();
  constexpr double kMost = 2147483648.0;
  const double most = s.limit >= 0 ? static_cast<double>(s.limit - s.live_bytes) : kMost;
  if (!(count * static_cast<double>(bytes_each) <= most))
    r.fail("it would need more memory than there is");
}

double work_of(const Tensor& a, const Tensor& b) {
  const auto columns = static_cast<double>(b.dim() > 1 ? b.size(-1) : 1);
  return std::max(static_cast<double>(a.numel()) * columns, static_cast<double>(b.numel()));
}

Tensor multiplied(NodeRun& r, const Tensor& a, const Tensor& b) {
  spend(r, work_of(a, b));
  return ops::matmul(a, b);
}

std::int64_t whole(NodeRun& r, double number, const char* what) {
  if (!(number > -9e18 && number < 9e18)) r.fail(std::string(what) + " is out of range");
  return static_cast<std::int64_t>(number);
}

namespace {

// A node whose tensors of strings appear as tensors of positions in the list of all their strings.
class Positions final : public NodeRun {
 public:
  explicit Positions(NodeRun& r) : r_(r) {
    for (std::size_t i = 0; i < r.inputs(); ++i) {
      inputs_.push_back(r.any(i));
      if (!r.any(i).is_strings()) continue;
      const StringTensor& s = r.any(i).strings();
      IntList at;
      for (const auto& v : s.values) {
        at.push_back(static_cast<std::int64_t>(all_.size()));
        all_.push_back(&v);
      }
      inputs_.back() = int_tensor(at, s.shape);
    }
  }
  int opset() const override { return r_.opset(); }
  const std::string& op_type() const override { return r_.op_type(); }
  [[noreturn]] void fail(const std::string& why) const override {
    r_.fail(why);
    __builtin_unreachable();  // GCC forgets that of virtual functions
  }
  std::size_t inputs() const override { return r_.inputs(); }
  std::size_t outputs() const override { return r_.outputs(); }
  bool wants(std::size_t i) const override { return r_.wants(i); }
  const Any& any(std::size_t i) const override {
    return i < inputs_.size() ? inputs_[i] : r_.any(i);
  }
  void out(std::size_t i, Any value) override {
    StringTensor s{value.tensor().shape(), {}};
    for (const auto at : to_ints(value.tensor())) {
      // Numbers of an input that should have been strings are no positions.
      if (at < 0 || at >= static_cast<std::int64_t>(all_.size()))
        r_.fail("its inputs are strings and numbers");
      s.values.push_back(*all_[static_cast<std::size_t>(at)]);
    }
    r_.out(i, Any(std::move(s)));
  }
  bool has_attribute(const char* name) const override { return r_.has_attribute(name); }
  std::int64_t attr(const char* name, std::int64_t otherwise) const override {
    return r_.attr(name, otherwise);
  }
  double attr(const char* name, double otherwise) const override {
    return r_.attr(name, otherwise);
  }
  std::string attr(const char* name, const char* otherwise) const override {
    return r_.attr(name, otherwise);
  }
  IntList attr_ints(const char* name, const IntList& otherwise) const override {
    return r_.attr_ints(name, otherwise);
  }
  FloatList attr_floats(const char* name) const override { return r_.attr_floats(name); }
  std::vector<std::string> attr_strings(const char* name) const override {
    return r_.attr_strings(name);
  }
  Any attr_tensor(const char* name) const override { return r_.attr_tensor(name); }
  const GraphProto& attr_graph(const char* name) const override { return r_.attr_graph(name); }
  std::vector<Any> run(const GraphProto& graph, const std::vector<Any>& inputs) override {
    return r_.run(graph, inputs);
  }

 private:
  NodeRun& r_;
  std::vector<Any> inputs_;
  std::vector<const std::string*> all_;
};

}  // namespace

void moving(NodeRun& r, Kernel kernel) {
  for (std::size_t i = 0; i < r.inputs(); ++i)
    if (r.any(i).is_strings()) {
      Positions p(r);
      return kernel(p);
    }
  kernel(r);
}

}  // namespace gradbox::onnx
