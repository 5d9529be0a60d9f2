// Graph rewrites for inference.
#pragma once

#include "onnx/ir/model.h"

namespace gradbox::onnx {

// The domain of operators that stand for several nodes: kernels_fused.cpp.
constexpr const char* kFusedDomain = "gradbox";

// The model with every BatchNormalization that follows a convolution folded into its weights, where
// both are constants, and with sums and activations that follow made part of the convolution. What
// is left alone is shared with the given model.
ModelProto fused(const ModelProto& model);

}  // namespace gradbox::onnx
