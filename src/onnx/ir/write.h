// From the IR to the bytes of an ONNX file: the counterpart of read.h.
#pragma once

#include <string>

#include "onnx/ir/model.h"

namespace gradbox::onnx {

// ModelProto. What read_model read comes back, down to fields that this code doesn't know, with the
// elements of tensors as raw data, external data within the file, and sparse tensors without zeros.
// Throws RuntimeError on a tensor that no file can hold.
std::string write_model(const ModelProto& model);

// AttributeProto.
std::string write_attribute(const AttributeProto& attribute);

}  // namespace gradbox::onnx
