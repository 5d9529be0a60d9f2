// The hook recorder: a bounded log of what flows through modules, the curve of every loss, and the
// graph of the last backward(). A front end switches it on and drains it; off, it costs one branch.
#pragma once

#include <cstdint>
#include <string>

#include "core/value.h"
#include "nn/module.h"

namespace gradbox::record {

namespace detail {
extern bool g_enabled;
}

struct CallNote;

inline bool enabled() { return detail::g_enabled; }
// Switching on starts afresh; switching off keeps what was recorded until it is drained.
// `every_call`: no iteration of a loop is passed over.
void enable(bool on, bool every_call = false);

// Events since the last drain, oldest first:
//   [{"module":"net.0","class":"Linear","kind":"forward","shapes":"[4, 3]","dtype":"float32",
//     "min":..,"mean":..,"max":..,"std":..,"nans":0,"infs":0,"ms":0.12,"depth":1,"bins":[..]}]
// kind: pre_forward (inputs), forward (outputs, with the time), backward (gradients that arrived
// at the outputs), tensor (a gradient that a tensor hook saw), bypassed (forward() was called
// directly on a module with hooks). Statistics are over finite elements, null when there are none;
// std is the population's; depth counts the modules around; bins is a histogram from min to max of
// up to 256 elements, empty when there is none. When the log was full, events were lost:
// `dropped()` counts them.
std::string drain();
std::int64_t dropped();
// Calls of modules that were not looked at: in a long loop only the first iterations are, then one
// from time to time (record/notes.h).
std::int64_t skipped();

// [{"label":"MseLoss","first":0,"values":[...]}]: one-element tensors on which backward() was
// called since the last drain, by what made them; `first` is the index in the series of values[0].
// Values that JSON has no number for are null.
std::string drain_losses();

// The autograd graph of t, breadth first from its node, at most max_nodes nodes:
//   {"nodes":[{"id":3,"name":"AddmmBackward0","kind":"root"|"op"|"leaf","shape":[4,2],
//     "dtype":"float32","label":"fc.weight"}],"edges":[{"from":3,"to":1}],"truncated":false}
// Edges go the way gradients do. A leaf's label is its name in a module, null when it is in none.
std::string graph_json(const Tensor& t, std::size_t max_nodes = 2000);
// The same of the last backward() or grad() that was looked at while recording was on; "" when
// there was none. Stays the same until the next one.
std::string last_graph_json(std::size_t max_nodes = 2000);

// ---- for the core ----

// Reports one call of a module while it runs: paths of nested calls come from the nesting.
class CallScope {
 public:
  CallScope(Module& module, const TensorList& inputs);
  ~CallScope();
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;
  // After forward and its hooks; also arranges the backward event.
  void finish(const TensorList& outputs);

 private:
  double begin_ = 0;
  bool watched_;
};
// Of a steady clock.
double now_ms();
// The innermost module call that runs; null outside of modules.
Ref<CallNote> current_call();
void note_bypassed(Module& module, const TensorList& inputs);
// Modules that exist, for the labels of leaves.
void note_module(Module& module, bool alive);

}  // namespace gradbox::record
