// Which operators led from a batch of data to the loss: enough to compute a model's output again,
// for other data, without calling the front end whose code ran them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "nn/module.h"
#include "ops/registry.h"

namespace gradbox::record {

// One call of an operator. Tensors that were computed in the same iteration are slots; parameters,
// buffers and data are held.
struct TracedOp {
  struct Computed {
    std::size_t arg;
    int item;  // of a list of tensors; -1 for a tensor
    int slot;
  };
  const OpDef* op;
  Values args;
  std::vector<Computed> computed;
  std::vector<int> results;
  std::string path, root;  // the innermost module around, and the class of the outermost one
};

// From the data to the prediction, with what it was compared to.
struct TracedForward {
  std::vector<TracedOp> ops;
  int slots = 0;
  Tensor input;                               // the batch
  int input_slot = -1;                        // -1: it stands among the arguments
  std::vector<std::pair<int, Tensor>> given;  // what else modules were called with
  int output = 0;
  Dims output_shape;
  // Of the operator that compared the prediction with the target; empty when none was recognised.
  std::string loss;
  Tensor target;          // may be undefined
  std::string model;      // class of the module that gave the prediction; empty for several or none
  std::uint64_t key = 0;  // the same for the same model
};

// Records the operators of one iteration, from backward to backward.
class ForwardTracer : public OpObserver {
 public:
  ForwardTracer();
  ~ForwardTracer() override;
  // Begins an iteration, or stops: off, it costs nothing. Does nothing while another observer
  // watches.
  void watch(bool on);
  // The outermost module is about to run on these.
  void on_input(const Module& module, const TensorList& inputs);
  // A backward begins at `loss`: what led to it, if it has a form that can be pictured. Forgets the
  // iteration.
  std::unique_ptr<TracedForward> take(const Tensor& loss);

  bool takes(const OpDef&) override { return true; }
  void before_write(const Tensor&) override {}
  void on_op(const OpDef& op, const Values& args, const Value& result) override;

 private:
  struct State;
  std::unique_ptr<State> s_;
  bool watching_ = false;
};

// The output for another batch, with dropout off and running statistics in use; nothing is
// recorded, no buffer is written, and no number is drawn from the snippet's generator. Throws what
// an operator throws that can't take a batch of this size.
Tensor replay(const TracedForward& forward, const Tensor& input,
              std::vector<Tensor>* slots = nullptr);

}  // namespace gradbox::record
