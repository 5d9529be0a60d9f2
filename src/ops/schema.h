// Operator schemas in PyTorch's syntax, e.g.
//   sum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor
// One extension: "Tensor|Scalar" takes a tensor or a number; a number arrives in the forward as a
// 0-dim wrapped-number tensor, so that type promotion follows PyTorch's rules.
#pragma once

#include <string>
#include <vector>

#include "core/value.h"

namespace gradbox {

enum class ArgKind {
  Tensor,
  TensorOrScalar,
  TensorList,
  Scalar,
  Int,
  Float,
  Bool,
  String,
  IntList,
  FloatList,
  DType
};

struct ArgSpec {
  std::string name;
  ArgKind kind = ArgKind::Tensor;
  bool optional = false;  // "?": None allowed
  int list_size = 0;      // "int[2]": a single int is repeated this often
  bool has_default = false;
  Value default_value;
  bool kwarg_only = false;
  std::string type_text;  // as written
  bool is_tensor() const {
    return kind == ArgKind::Tensor || kind == ArgKind::TensorOrScalar ||
           kind == ArgKind::TensorList;
  }
};

struct Schema {
  std::string name;      // "max"
  std::string overload;  // "dim" of "max.dim"; may be empty
  std::vector<ArgSpec> args;
  std::vector<std::string> returns;  // "Tensor", "Tensor", ... ; optional names after a space
  std::string text;
  std::string full_name() const { return overload.empty() ? name : name + "." + overload; }
  int index_of(const std::string& arg) const;  // -1 when absent
};

// Throws ValueError on text that isn't a schema.
Schema parse_schema(const std::string& text);

}  // namespace gradbox
