// ONNX files on their way into the core.
//
// A file's small parts cross first, are read, and say where the large tensors' bytes are wanted;
// those cross into their places afterwards (web/lib/onnx-file.ts has JavaScript's side). So weights
// are copied once, and memory beyond the file's size is never asked for.
#pragma once

#include <memory>

#include "onnx/ir/model.h"

namespace gradbox::wasm {

// The model that gb_open_file has read, whole by now.
std::shared_ptr<const onnx::ModelProto> opened_model();

}  // namespace gradbox::wasm
