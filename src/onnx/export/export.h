// torch.onnx.export: a module, run on sample inputs, as the bytes of an ONNX file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "nn/module.h"

namespace gradbox::onnx {

constexpr int kFirstOpset = 11, kLastOpset = 18;

struct ExportOptions {
  bool export_params = true;  // false: weights become graph inputs without values
  bool training = false;  // true: the module keeps its training flags; else it runs in eval mode
  // Unless given: 17, or what an imported model in the module has, if that is later.
  int opset_version = 17;
  bool opset_given = false;
  // Missing ones are "input", "input.1", ...; what is beyond the inputs names the parameters.
  std::vector<std::string> input_names;
  std::vector<std::string> output_names;
  // Per input or output name: dimension -> name of the variable dimension.
  std::map<std::string, std::map<std::int64_t, std::string>> dynamic_axes;
  bool do_constant_folding = true;  // false: what weights are turned into is computed by the graph
};

// Options by torch.onnx.export's names, as JSON; dynamic_axes as {"x":{"0":"batch"}} or {"x":[0]}.
ExportOptions parse_options(const std::string& json);

// Runs the module in eval mode (its flags are restored) and writes what it did, with the weights as
// initializers under their state_dict names. The context carries the front end's frame.
//
// The module runs once; a second time, on inputs of other sizes, when dimensions are dynamic and a
// size in the first run may be one of theirs: comparing the two runs tells sizes from constants.
//
// Nodes of imported models are written as they were where they mean the same in the operator set
// asked for; the others as the operators that compute them.
//
// Warns when it takes another path for other sizes, or may for other values: the sample's path is
// what is written.
//
// Throws RuntimeError naming the operator that has no ONNX form and the module that called it,
// ValueError on an unsupported opset.
std::string export_model(Module& module, const TensorList& inputs, const ExportOptions& options,
                         CallContext& context, std::vector<std::string>* warnings = nullptr);

}  // namespace gradbox::onnx
