// The kernels that come with the executor: control flow, sequences, optionals, constants.
#pragma once

namespace gradbox::onnx {

void add_control_kernels();
void add_sequence_kernels();

}  // namespace gradbox::onnx
