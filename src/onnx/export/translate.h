// The tables of translations: one row an operator, by family.
#pragma once

#include "onnx/export/emitter.h"

namespace gradbox::onnx {

struct Row {
  const char* name;  // with its overload: "max.dim"
  Translation translate;
};

struct Rows {
  const Row* first;
  std::size_t count;
};

Rows pointwise_rows();
Rows activation_rows();
Rows layer_rows();
Rows normalization_rows();
Rows matrix_rows();
Rows shape_rows();
Rows join_rows();
Rows index_rows();
Rows reduction_rows();
Rows creation_rows();
Rows loss_rows();

template <std::size_t N>
constexpr Rows rows(const Row (&table)[N]) {
  return {table, N};
}

}  // namespace gradbox::onnx
