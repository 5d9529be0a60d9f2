// From the bytes of ONNX files to the IR. Unknown fields are skipped. Whatever is damaged, nested
// too deep, or declares more elements than its data holds throws RuntimeError with the place and
// the reason; nothing is allocated on the word of a declared size.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "onnx/ir/model.h"

namespace gradbox::onnx {

// Files that hold a model's external data, by the location that the model gives; files are never
// opened here.
using ExternalData = std::map<std::string, std::string>;

// ModelProto.
ModelProto read_model(std::string_view bytes, const ExternalData& external = {});

// TensorProto, SequenceProto and OptionalProto: how inputs and outputs are stored in files.
TensorProto read_tensor(std::string_view bytes, const ExternalData& external = {});
Any read_sequence(std::string_view bytes);
Any read_optional(std::string_view bytes);

// SparseTensorProto as a dense tensor, at most kMaxSparse elements; named as its values are.
TensorProto read_sparse_tensor(std::string_view bytes, const ExternalData& external = {});
constexpr std::int64_t kMaxSparse = std::int64_t{1} << 26;

}  // namespace gradbox::onnx
