// Operators of domain com.microsoft that optimised models contain.
#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {

void add_contrib_kernels() {}

}  // namespace gradbox::onnx
