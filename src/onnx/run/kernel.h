// Kernels: how each ONNX operator is computed, by the operators of the core, so that gradients and
// hooks come with it. One table, filled by the kernels_*.cpp files, family by family.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/value.h"
#include "onnx/run/value.h"

namespace gradbox::onnx {

struct GraphProto;  // a subgraph, as read (onnx/ir/model.h)

// One execution of one node: what a kernel sees. Complaints name the node and the reason.
class NodeRun {
 public:
  virtual ~NodeRun() = default;

  // ---- the node ----

  // The version of the node's domain that the model imports (7 to 21 for the default domain).
  virtual int opset() const = 0;
  virtual const std::string& op_type() const = 0;
  // Throws RuntimeError: "<op_type> node '<name>': <why>".
  [[noreturn]] virtual void fail(const std::string& why) const = 0;

  // ---- inputs and outputs ----

  virtual std::size_t inputs() const = 0;   // with trailing absent ones
  virtual std::size_t outputs() const = 0;  // how many the node names
  // Whether the node names output i: others needn't be computed.
  virtual bool wants(std::size_t i) const = 0;
  virtual const Any& any(std::size_t i) const = 0;  // absent when left out or beyond the end
  bool has(std::size_t i) const { return !any(i).is_absent(); }
  // Input i, which must be a tensor.
  const Tensor& in(std::size_t i = 0) const;
  // Input i as a flat list of integers / one integer / one number; fails on another dtype or size.
  IntList ints(std::size_t i) const;
  std::int64_t integer(std::size_t i) const;
  double number(std::size_t i) const;
  const StringTensor& strings(std::size_t i = 0) const;
  // Every present input from i on, which must be tensors.
  TensorList rest(std::size_t i = 0) const;
  virtual void out(std::size_t i, Any value) = 0;
  void give(Any value) { out(0, std::move(value)); }

  // ---- attributes; the wrong type fails ----

  virtual bool has_attribute(const char* name) const = 0;
  virtual std::int64_t attr(const char* name, std::int64_t otherwise) const = 0;
  virtual double attr(const char* name, double otherwise) const = 0;
  virtual std::string attr(const char* name, const char* otherwise) const = 0;
  virtual IntList attr_ints(const char* name, const IntList& otherwise = {}) const = 0;
  virtual FloatList attr_floats(const char* name) const = 0;
  virtual std::vector<std::string> attr_strings(const char* name) const = 0;
  virtual Any attr_tensor(const char* name) const = 0;  // Tensor or StringTensor
  virtual const GraphProto& attr_graph(const char* name) const = 0;
  // A TensorProto.DataType attribute as a dtype; `otherwise` when absent. Strings fail.
  DType attr_dtype(const char* name, DType otherwise) const;

  // ---- subgraphs: If, Loop, Scan, SequenceMap ----

  // Runs a subgraph, which sees the names of the graphs around it.
  virtual std::vector<Any> run(const GraphProto& graph, const std::vector<Any>& inputs) = 0;
};

using Kernel = void (*)(NodeRun&);

// Adds a kernel for an operator from `since` on, to the next registered version. A kernel may serve
// all versions and look at opset() itself. domain "" is ai.onnx.
void add_kernel(const char* op_type, int since, Kernel kernel, const char* domain = "");
// The kernel that serves one version; null when there is none.
Kernel find_kernel(const std::string& domain, const std::string& op_type, int version);

}  // namespace gradbox::onnx
