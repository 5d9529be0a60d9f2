#include "onnx/ir/proto.h"

#include <iterator>

namespace gradbox::onnx::proto {
namespace {

constexpr const char* kNames[] = {"UNDEFINED",  "FLOAT",   "UINT8",  "INT8",   "UINT16",
                                  "INT16",      "INT32",   "INT64",  "STRING", "BOOL",
                                  "FLOAT16",    "DOUBLE",  "UINT32", "UINT64", "COMPLEX64",
                                  "COMPLEX128", "BFLOAT16"};

}  // namespace

std::string data_type_name(std::int32_t data_type) {
  if (data_type >= 0 && data_type < static_cast<std::int32_t>(std::size(kNames)))
    return kNames[data_type];
  return "data type " + std::to_string(data_type);
}

DataType data_type(DType t) {
  constexpr DataType kTypes[kDTypeCount] = {UINT8, INT32,   INT64,    FLOAT,  DOUBLE, BOOL,  INT8,
                                            INT16, FLOAT16, BFLOAT16, UINT16, UINT32, UINT64};
  return kTypes[static_cast<int>(t)];
}

bool find_dtype(std::int32_t wanted, DType& out) {
  for (int i = 0; i < kDTypeCount; ++i)
    if (data_type(static_cast<DType>(i)) == wanted) {
      out = static_cast<DType>(i);
      return true;
    }
  return false;
}

DType to_dtype(std::int32_t wanted) {
  DType t;
  if (!find_dtype(wanted, t))
    fail(ErrorKind::Runtime, "tensors of ", data_type_name(wanted), " are not supported");
  return t;
}

}  // namespace gradbox::onnx::proto
