// Tracing: what a module did, as the list of operators that it called.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "nn/module.h"
#include "onnx/ir/model.h"
#include "ops/registry.h"

namespace gradbox::onnx {

// One call of an operator, or one node of an imported model. The tensors are held, so that their
// addresses identify them.
struct Call {
  const OpDef* op;  // null for a node
  Values args;      // of a node: its inputs, None where one is left out, and what it captured
  TensorList results;
  std::string path;  // of the innermost module, "" for the exported one
  // The version of each tensor argument, in order, lists flattened.
  std::vector<std::uint32_t> versions;
  // Of a node. A sequence has a tensor of its own that stands for it.
  const ModelProto* model = nullptr;
  const NodeProto* node = nullptr;
  std::vector<std::string> captured = {};  // names of the last arguments
  bool gives_sequences = false;
};

struct Trace {
  TensorList inputs, outputs;
  std::vector<Call> calls;
  // What storages held that were written to, unless it was computed from the inputs: the version,
  // and a copy of all elements.
  std::unordered_multimap<const Storage*, std::pair<std::uint32_t, Tensor>> earlier;
  // Paths of the modules that looked at elements computed from the inputs, to decide what to do.
  std::set<std::string> readers;
  // What t held at a version; undefined when nobody knows any more.
  Tensor data(const Tensor& t, std::uint32_t version) const;
};

// Runs the module on the inputs, which the front end hasn't seen when `fresh_inputs`, and records
// the operators that `takes` wants whole and those that aren't made of others. Nodes of imported
// models that have a form in version `opset` are recorded as such.
Trace trace(Module& module, const TensorList& inputs, CallContext context, bool fresh_inputs,
            bool (*takes)(const OpDef&), int opset);

// The tensors among an operator's arguments, in order; undefined ones for None in a list.
void for_each_tensor(const Values& args, const std::function<void(const Tensor&)>& f);

}  // namespace gradbox::onnx
