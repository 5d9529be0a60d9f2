// Second sample inputs, with other sizes in the dynamic dimensions.
#pragma once

#include <string>
#include <vector>

#include "onnx/export/export.h"
#include "onnx/export/trace.h"

namespace gradbox::onnx {

// A dimension that varies, in all the inputs that name it.
struct Variable {
  std::string name;
  std::int64_t size;                                         // in the sample inputs
  std::vector<std::pair<std::size_t, std::int64_t>> places;  // (input, dimension)
};

std::vector<Variable> find_variables(const TensorList& inputs, const ExportOptions& options,
                                     const std::vector<std::string>& input_names);

// Whether some size or number in the trace may have come from a dynamic dimension.
bool is_ambiguous(const Trace& trace, const std::vector<Variable>& variables);

// The inputs with other sizes: larger ones made of repeated elements, or smaller ones.
TensorList resized(const TensorList& inputs, const std::vector<Variable>& variables, bool larger);

// Whether two traces are the same operators in the same order.
bool same_operators(const Trace& a, const Trace& b);

}  // namespace gradbox::onnx
