// Field numbers and enumerations of onnx.proto, under the names of that file.
#pragma once

#include <cstdint>
#include <string>

#include "core/dtype.h"

namespace gradbox::onnx::proto {

using Field = std::uint32_t;

namespace model {
constexpr Field ir_version = 1, producer_name = 2, producer_version = 3, domain = 4,
                model_version = 5, doc_string = 6, graph = 7, opset_import = 8, metadata_props = 14,
                training_info = 20, functions = 25;
}
namespace string_entry {
constexpr Field key = 1, value = 2;
}
namespace opset_id {
constexpr Field domain = 1, version = 2;
}
namespace function {
constexpr Field name = 1, input = 4, output = 5, attribute = 6, node = 7, doc_string = 8,
                opset_import = 9, domain = 10, attribute_proto = 11;
}
namespace graph {
constexpr Field node = 1, name = 2, initializer = 5, doc_string = 10, input = 11, output = 12,
                value_info = 13, sparse_initializer = 15;
}
namespace node {
constexpr Field input = 1, output = 2, name = 3, op_type = 4, attribute = 5, doc_string = 6,
                domain = 7;
}
namespace attribute {
constexpr Field name = 1, f = 2, i = 3, s = 4, t = 5, g = 6, floats = 7, ints = 8, strings = 9,
                tensors = 10, graphs = 11, doc_string = 13, tp = 14, type_protos = 15, type = 20,
                ref_attr_name = 21, sparse_tensor = 22, sparse_tensors = 23;
enum Type : std::int32_t {
  UNDEFINED = 0,
  FLOAT = 1,
  INT = 2,
  STRING = 3,
  TENSOR = 4,
  GRAPH = 5,
  FLOATS = 6,
  INTS = 7,
  STRINGS = 8,
  TENSORS = 9,
  GRAPHS = 10,
  SPARSE_TENSOR = 11,
  SPARSE_TENSORS = 12,
  TYPE_PROTO = 13,
  TYPE_PROTOS = 14
};
}  // namespace attribute
namespace tensor {
constexpr Field dims = 1, data_type = 2, segment = 3, float_data = 4, int32_data = 5,
                string_data = 6, int64_data = 7, name = 8, raw_data = 9, double_data = 10,
                uint64_data = 11, doc_string = 12, external_data = 13, data_location = 14;
}
namespace sparse_tensor {
constexpr Field values = 1, indices = 2, dims = 3;
}
namespace value_info {
constexpr Field name = 1, type = 2, doc_string = 3;
}
namespace type {
constexpr Field tensor_type = 1, sequence_type = 4, map_type = 5, denotation = 6,
                sparse_tensor_type = 8, optional_type = 9;
}
namespace tensor_type {
constexpr Field elem_type = 1, shape = 2;
}
namespace sequence_type {
constexpr Field elem_type = 1;
}
namespace map_type {
constexpr Field key_type = 1, value_type = 2;
}
namespace tensor_shape {
constexpr Field dim = 1;
}
namespace dimension {
constexpr Field dim_value = 1, dim_param = 2;
}

// TensorProto.DataType
enum DataType : std::int32_t {
  UNDEFINED = 0,
  FLOAT = 1,
  UINT8 = 2,
  INT8 = 3,
  UINT16 = 4,
  INT16 = 5,
  INT32 = 6,
  INT64 = 7,
  STRING = 8,
  BOOL = 9,
  FLOAT16 = 10,
  DOUBLE = 11,
  UINT32 = 12,
  UINT64 = 13,
  COMPLEX64 = 14,
  COMPLEX128 = 15,
  BFLOAT16 = 16
};

// "FLOAT", or "data type 77".
std::string data_type_name(std::int32_t data_type);
// The dtype of a data type; false when the core has none.
bool find_dtype(std::int32_t data_type, DType& out);
// The same, or a RuntimeError that names the data type.
DType to_dtype(std::int32_t data_type);
DataType data_type(DType t);

}  // namespace gradbox::onnx::proto
