// An imported model as an nn.Module: trained, hooked, edited and exported like any other.
#pragma once

#include <memory>

#include "nn/module.h"
#include "onnx/ir/model.h"

namespace gradbox::onnx {

// A module with the model's weights, copied. Floating initializers that nodes take as weights are
// parameters under their own names ("features.0.weight" is "weight" of "0" of "features"), the
// other initializers buffers; a file without floating initializers has its weights elsewhere, see
// lift.h. Each node of the main graph is a child module, at the path that its
// name tells ("/features/features.0/Conv" is "features.0.Conv") or under its operator and number:
// hooks see its inputs, without the weights, and its outputs. A child that is replaced by another
// module is called with those inputs. BatchNormalization and Dropout follow train() and eval(); the
// module comes in eval mode, in which models are exported.
//
// forward takes the graph's inputs in order. Throws RuntimeError as make_plan does.
Ref<Module> make_module(std::shared_ptr<const ModelProto> model);

// The latest operator set of the imported models in a module, itself included; 0 without any.
int imported_opset(Module& module);

}  // namespace gradbox::onnx
