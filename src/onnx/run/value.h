// What flows along the edges of an ONNX graph: a tensor, a tensor of strings, a sequence, an
// optional. Section "Types" of the ONNX IR specification.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/tensor.h"

namespace gradbox::onnx {

struct StringTensor {
  Dims shape;
  std::vector<std::string> values;  // row-major
};

class Any;
// Shared: sequences are passed along unchanged far more often than they are edited.
using Sequence = std::shared_ptr<const std::vector<Any>>;

// An optional without a value.
struct Nothing {};

// A value; an optional that holds something is that something.
class Any {
 public:
  Any() = default;  // absent: an input left out
  Any(Tensor t) : v_(std::move(t)) {}
  Any(StringTensor s) : v_(std::make_shared<const StringTensor>(std::move(s))) {}
  Any(Sequence s) : v_(std::move(s)) {}
  Any(Nothing n) : v_(n) {}

  bool is_absent() const { return std::holds_alternative<std::monostate>(v_); }
  bool is_tensor() const { return std::holds_alternative<Tensor>(v_); }
  bool is_strings() const { return std::holds_alternative<Strings>(v_); }
  bool is_sequence() const { return std::holds_alternative<Sequence>(v_); }
  bool is_nothing() const { return std::holds_alternative<Nothing>(v_); }
  const Tensor& tensor() const { return std::get<Tensor>(v_); }
  const StringTensor& strings() const { return *std::get<Strings>(v_); }
  const std::vector<Any>& sequence() const { return *std::get<Sequence>(v_); }

 private:
  using Strings = std::shared_ptr<const StringTensor>;
  std::variant<std::monostate, Tensor, Strings, Sequence, Nothing> v_;
};

}  // namespace gradbox::onnx
