// The part of onnx.proto that the exporter writes: field numbers and enumerations, under the names
// of that file.
#pragma once

#include <cstdint>

#include "core/dtype.h"

namespace gradbox::onnx::proto {

using Field = std::uint32_t;

namespace model {
constexpr Field ir_version = 1, producer_name = 2, producer_version = 3, graph = 7,
                opset_import = 8;
}
namespace opset_id {
constexpr Field domain = 1, version = 2;
}
namespace graph {
constexpr Field node = 1, name = 2, initializer = 5, input = 11, output = 12;
}
namespace node {
constexpr Field input = 1, output = 2, name = 3, op_type = 4, attribute = 5;
}
namespace attribute {
constexpr Field name = 1, f = 2, i = 3, s = 4, t = 5, floats = 7, ints = 8, type = 20;
enum Type : std::int32_t { FLOAT = 1, INT = 2, STRING = 3, TENSOR = 4, FLOATS = 6, INTS = 7 };
}  // namespace attribute
namespace tensor {
constexpr Field dims = 1, data_type = 2, name = 8, raw_data = 9;
}
namespace value_info {
constexpr Field name = 1, type = 2;
}
namespace type {
constexpr Field tensor_type = 1;
}
namespace tensor_type {
constexpr Field elem_type = 1, shape = 2;
}
namespace tensor_shape {
constexpr Field dim = 1;
}
namespace dimension {
constexpr Field dim_value = 1, dim_param = 2;
}

// TensorProto.DataType, by DType.
inline std::int32_t data_type(DType t) {
  constexpr std::int32_t types[kDTypeCount] = {2, 6, 7, 1, 11, 9, 3, 5, 10, 16, 4, 12, 13};
  return types[static_cast<int>(t)];
}

}  // namespace gradbox::onnx::proto
