// The recorder's view of the autograd graph.
#pragma once

#include <string>
#include <unordered_map>

#include "core/value.h"

namespace gradbox::record {

// Remembers where a backward() begins. Nodes keep their edges when it is over, so the graph need
// not be copied; it lives until the next one that is kept or until it was written out.
void keep_graph(const TensorList& outputs);
void forget_graph();
// Name of a parameter in the outermost module that holds it; "" when no module does.
std::string parameter_name(const Tensor& t);
// The names of all parameters that are in modules.
std::unordered_map<const TensorImpl*, std::string> parameter_names();

}  // namespace gradbox::record
