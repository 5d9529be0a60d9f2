// torch.onnx.export: a module, run once on sample inputs, as the bytes of an ONNX file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "nn/module.h"

namespace gradbox::onnx {

struct ExportOptions {
  bool export_params = true;  // false: weights become graph inputs without values
  int opset_version = 15;
  std::vector<std::string> input_names;   // missing ones are named after their position, as torch does
  std::vector<std::string> output_names;
  // Per input or output name: dimension -> name of the variable dimension.
  std::map<std::string, std::map<std::int64_t, std::string>> dynamic_axes;
  bool do_constant_folding = true;  // false: a transposed weight stays a Transpose node
};

// Options by torch.onnx.export's names, as JSON; dynamic_axes as {"x":{"0":"batch"}} or {"x":[0]}.
ExportOptions parse_options(const std::string& json);

// Runs the module in eval mode (restored afterwards) and writes what it did: IR version 8, weights
// as initializers under their state_dict names. The context carries the front end's frame.
// Throws RuntimeError naming an operator that has no mapping, ValueError on an unsupported opset.
std::string export_model(Module& module, const TensorList& inputs, const ExportOptions& options,
                         CallContext& context);

}  // namespace gradbox::onnx
