// Graph rewrites for inference.
#pragma once

#include "onnx/ir/model.h"

namespace gradbox::onnx {

// The model with every BatchNormalization that follows a convolution folded into its weights, where
// both are constants. What is left alone is shared with the given model.
ModelProto fused(const ModelProto& model);

}  // namespace gradbox::onnx
