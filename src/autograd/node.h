// Nodes of the dynamic graph: what torch.autograd.graph.Node is.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/tensor.h"
#include "ops/registry.h"

namespace gradbox {

class OpNode;
// "masked_fill" -> "MaskedFill", "log1p" -> "Log1P": from an operator's name to its node's.
std::string camel_case(const std::string& name);

struct Edge {
  Ref<Node> node;
  std::uint32_t input_nr = 0;
};

// Shape and dtype of a forward output: what a gradient that arrives for it must look like.
struct OutputMeta {
  OutputMeta() = default;
  explicit OutputMeta(const Tensor& t) : dtype(t.dtype()), geometry_(t.impl()->geometry) {}
  const Dims& shape() const;
  DType dtype = DType::Float32;

 private:
  Ref<ShapeData> geometry_;  // its strides mean nothing
};

class Node : public RefCounted {
 public:
  Node();
  // One gradient for each edge in `next`; entries may be undefined.
  virtual TensorList apply(TensorList grads) = 0;
  virtual std::string name() const = 0;
  // Drops saved tensors (after a backward without retain_graph).
  virtual void release_saved() {}
  // Whether this is the sink of a leaf (an AccumulateGrad).
  virtual bool is_sink() const { return false; }
  // This, when it is an operator's node.
  virtual const OpNode* as_op() const { return nullptr; }

  // Throws what a second backward through freed values is told, if they are freed.
  virtual void check_not_released() const {}

  std::vector<Edge> next;
  std::vector<OutputMeta> outputs;  // the forward outputs this node made = gradients it takes
  std::uint64_t sequence;           // creation order; the engine runs later nodes first
  std::uint64_t id;                 // unique, for front ends
  // Which run of the engine last met this node, and its place in that run's list.
  std::uint64_t run = 0;
  std::size_t run_slot = 0;

  // Gradient hooks of this node's outputs, by output number.
  std::vector<std::pair<std::uint32_t, Ref<TensorHookList>>> hooks;
  // Tensors that keep their gradient (retain_grad), unowned: a dying tensor removes itself.
  std::vector<std::pair<std::uint32_t, TensorImpl*>> retainers;
  // Called with (grad_inputs, grad_outputs) after apply; may replace grad_inputs. Module full
  // backward hooks are built on this.
  std::vector<std::function<TensorList(const TensorList&, const TensorList&)>> post_hooks;
  // What the observer of the graph keeps about this node.
  Ref<RefCounted> note;

  // Called with grad_outputs before apply; may replace them. Node.register_prehook.
  std::vector<std::function<TensorList(const TensorList&)>> pre_hooks;

  void add_output(const Tensor& t) { outputs.emplace_back(t); }

 protected:
  ~Node() override;
  void dispose() override;
};

// torch.autograd.graph.saved_tensors_hooks: while hooks are set, `pack` is given every tensor that
// a node saves, and gives the function that brings it back.
using Unpack = std::function<Tensor()>;
using Pack = std::function<Unpack(const Tensor&)>;
void push_saved_tensor_hooks(Pack pack);
void pop_saved_tensor_hooks();

// A tensor kept for the backward. Remembers the version it was saved at; unpack throws PyTorch's
// error when it has been modified in place since.
class SavedTensor {
 public:
  SavedTensor() = default;
  SavedTensor(const Tensor& t, bool is_output);
  // The value before an in-place operator: `copy` holds it, `original` gives the history.
  static SavedTensor of_original(const Tensor& copy, const Tensor& original);
  // `owner` is the node the tensor was saved by (it is the grad_fn of a saved output).
  Tensor unpack(Node& owner) const;
  // Calls the hook that took it in, so that unpack needn't; and lets go of what it gave.
  void fetch() {
    if (packed_) fetched_ = (*packed_)();
  }
  void forget() { fetched_ = Tensor(); }
  bool defined() const { return data_.defined() || packed_; }
  // What is kept, without history; undefined when a hook has taken it in.
  const Tensor& data() const { return data_; }

 private:
  void pack(const Tensor& t);
  Tensor data_;
  std::shared_ptr<Unpack> packed_;  // instead of data_
  Tensor fetched_;
  Ref<Node> grad_fn_;
  std::uint32_t output_nr_ = 0;
  std::uint32_t version_ = 0;
  bool is_output_ = false;
  bool requires_grad_ = false;
};

// The sink of a leaf: adds what arrives into `.grad`.
class AccumulateGrad : public Node {
 public:
  explicit AccumulateGrad(Tensor variable);
  TensorList apply(TensorList grads) override;
  std::string name() const override { return "AccumulateGrad"; }
  bool is_sink() const override { return true; }
  Tensor variable;

 protected:
  ~AccumulateGrad() override;
};

// The node of a registered operator.
class OpNode : public Node {
 public:
  explicit OpNode(const OpDef& op) : op(op) {}
  const OpNode* as_op() const override { return this; }
  TensorList apply(TensorList grads) override;
  std::string name() const override;
  void release_saved() override;

  struct ArgInfo {  // of one tensor argument (or list element), in schema order
    OutputMeta meta;
    std::size_t arg = 0;  // schema position
    int edge = -1;        // index into next; -1 when no gradient is wanted
  };
  struct SavedArg {
    std::size_t arg = 0;
    SavedTensor value;
  };
  const OpDef& op;
  Values plain_args;  // tensor positions hold None
  std::vector<ArgInfo> info;
  std::vector<SavedArg> saved;
  std::vector<SavedTensor> saved_outputs;
  std::vector<Tensor> stash;
  std::string node_name;
  bool released = false;
};

// A node whose backward is a function: custom functions, error nodes, tests.
class FunctionNode : public Node {
 public:
  using Fn = std::function<TensorList(const TensorList&)>;
  FunctionNode(std::string name, Fn fn) : fn_(std::move(fn)), name_(std::move(name)) {}
  TensorList apply(TensorList grads) override { return fn_(grads); }
  std::string name() const override { return name_; }
  // What the function saved hangs on the function: it finds out here whether it may still be used.
  void release_saved() override { released_ = true; }
  void check_not_released() const override;

 private:
  Fn fn_;
  std::string name_;
  bool released_ = false;
};

}  // namespace gradbox
