// Reading protocol buffers: protozero, out of line and distrustful. Every getter throws
// RuntimeError when the field has another wire type than it wants, or ends too early.
#pragma once

#include <cstdint>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <string_view>

#include "core/value.h"
#include "onnx/ir/proto.h"

namespace gradbox::onnx {

class Wire {
 public:
  explicit Wire(std::string_view bytes) : reader_(bytes.data(), bytes.size()) {}
  // Goes to the next field; false at the end.
  bool next();
  proto::Field tag() const { return reader_.tag(); }
  void skip();
  // Skips the field, adding its bytes to `rest`.
  void keep(std::string& rest);

  std::int64_t integer();
  float number();
  std::string_view bytes();
  std::string text() { return std::string(bytes()); }
  Wire message() { return Wire(bytes()); }
  // Repeated numbers, packed or one by one: adds what this field holds.
  void integers(IntList& out);
  void numbers(FloatList& out);
  void doubles(FloatList& out);

 private:
  void want(protozero::pbf_wire_type type) const;
  protozero::pbf_reader reader_;
  const char* field_ = nullptr;  // where it begins
};

}  // namespace gradbox::onnx
