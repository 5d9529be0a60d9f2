// Nodes whose result takes the memory of an input that is needed no more.
#pragma once

#include "onnx/run/execute.h"

namespace gradbox::onnx {

// Whether a step has a form that writes into one of its inputs. To be asked once last_uses is
// known.
bool may_reuse(const Step& step);

// Computes such a step in place; false when a value isn't the frame's alone, or doesn't fit.
bool compute_in_place(const Step& step, Frame& frame);

}  // namespace gradbox::onnx
