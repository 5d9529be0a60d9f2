// Tracing: what a module did, as the list of operators that it called.
#pragma once

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "nn/module.h"
#include "ops/registry.h"

namespace gradbox::onnx {

// One call of an operator. The tensors are held, so that their addresses identify them.
struct Call {
  const OpDef* op;
  Values args;
  TensorList results;
  std::string path;  // of the innermost module, "" for the exported one
  // The version of each tensor argument, in order, lists flattened.
  std::vector<std::uint32_t> versions;
};

struct Trace {
  TensorList inputs, outputs;
  std::vector<Call> calls;
  // What storages held that were written to, unless it was computed from the inputs: the version,
  // and a copy of all elements.
  std::unordered_multimap<const Storage*, std::pair<std::uint32_t, Tensor>> earlier;
  // What t held at a version; undefined when nobody knows any more.
  Tensor data(const Tensor& t, std::uint32_t version) const;
};

// Runs the module on the inputs, which the front end hasn't seen when `fresh_inputs`, and records
// the operators that `takes` wants whole and those that aren't made of others.
Trace trace(Module& module, const TensorList& inputs, CallContext context, bool fresh_inputs,
            bool (*takes)(const OpDef&));

// The tensors among an operator's arguments, in order; undefined ones for None in a list.
void for_each_tensor(const Values& args, const std::function<void(const Tensor&)>& f);

}  // namespace gradbox::onnx
