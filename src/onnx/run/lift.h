// Weights that a file keeps elsewhere than among the initializers of its main graph.
#pragma once

#include <memory>

#include "onnx/ir/model.h"

namespace gradbox::onnx {

// The model itself when its main graph has floating initializers. Some exporters write none: their
// weights are the values of Constant nodes, or belong to the subgraphs of an If. Then a copy in
// which those with dimensions are initializers of the main graph, under the same names.
std::shared_ptr<const ModelProto> with_weights_lifted(std::shared_ptr<const ModelProto> model);

}  // namespace gradbox::onnx
