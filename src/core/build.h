// Which build of the core this is.
//
// gradbox::core does everything. gradbox::inference (GRADBOX_INFERENCE) only runs ONNX models: the
// same operators and kernels without gradients, training, export and what tells of operators. It is
// what pages download that want a model's answer and nothing else (web/inference).
#pragma once

namespace gradbox {

#ifdef GRADBOX_INFERENCE
constexpr bool kTraining = false;
#else
constexpr bool kTraining = true;
#endif

}  // namespace gradbox
