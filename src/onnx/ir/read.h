// From the bytes of ONNX files to the IR. Unknown fields are skipped. Whatever is damaged, nested
// too deep, or declares more elements than its data holds throws RuntimeError with the place and
// the reason; nothing is allocated on the word of a declared size.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "onnx/ir/model.h"

namespace gradbox::onnx {

// Files that hold a model's external data, by the location that the model gives; files are never
// opened here.
using ExternalData = std::map<std::string, std::string>;

// A file in memory that tensors may stay in, which is then theirs: reading moves elements by a few
// bytes to where they are aligned. No second copy of the weights is made.
//
// Large tensors may still be absent: then reading says which bytes it wants where, and each crosses
// into this memory once, to an aligned place at once. Until they are brought nothing looks at them.
struct FileBytes {
  struct Part {
    std::size_t first, size;
  };
  struct Wanted {
    std::size_t first;  // in the file
    char* to;
    std::size_t size;
  };
  explicit FileBytes(std::size_t n) : data(new char[n], std::default_delete<char[]>()), size(n) {}
  std::shared_ptr<char> data;
  std::size_t size;
  // raw_data of initializers, each whole, in order. No bools: theirs are looked at.
  std::vector<Part> absent;
  mutable std::vector<Wanted> wanted;

  std::string_view view() const { return {data.get(), size}; }
  std::size_t place_of(const char* p) const { return static_cast<std::size_t>(p - data.get()); }
  bool is_absent(std::string_view bytes) const;
};

// ModelProto.
ModelProto read_model(std::string_view bytes, const ExternalData& external = {});
ModelProto read_model(const FileBytes& file, const ExternalData& external = {});

// TensorProto, SequenceProto and OptionalProto: how inputs and outputs are stored in files.
// `file`, unless null, is what the bytes are a part of.
TensorProto read_tensor(std::string_view bytes, const ExternalData& external = {},
                        const FileBytes* file = nullptr);
Any read_sequence(std::string_view bytes);
Any read_optional(std::string_view bytes);

// SparseTensorProto as a dense tensor, at most kMaxSparse elements; named as its values are.
TensorProto read_sparse_tensor(std::string_view bytes, const ExternalData& external = {});
constexpr std::int64_t kMaxSparse = std::int64_t{1} << 26;

}  // namespace gradbox::onnx
