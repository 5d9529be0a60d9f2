#include "core/dtype.h"

#include <array>

namespace gradbox {
namespace {

struct Info {
  const char* name;
  const char* scalar_name;
  std::int64_t size;
};

constexpr std::array<Info, kDTypeCount> kInfo = {{{"uint8", "Byte", 1},
                                                  {"int32", "Int", 4},
                                                  {"int64", "Long", 8},
                                                  {"float32", "Float", 4},
                                                  {"float64", "Double", 8},
                                                  {"bool", "Bool", 1},
                                                  {"int8", "Char", 1},
                                                  {"int16", "Short", 2},
                                                  {"float16", "Half", 2},
                                                  {"bfloat16", "BFloat16", 2},
                                                  {"uint16", "UInt16", 2},
                                                  {"uint32", "UInt32", 4},
                                                  {"uint64", "UInt64", 8}}};

const Info& info(DType t) { return kInfo[static_cast<std::size_t>(t)]; }

DType g_default = DType::Float32;

}  // namespace

std::int64_t item_size(DType t) { return info(t).size; }
const char* dtype_name(DType t) { return info(t).name; }
const char* scalar_type_name(DType t) { return info(t).scalar_name; }
std::string tensor_type_name(DType t) {
  return std::string("torch.") + info(t).scalar_name + "Tensor";
}

DType parse_dtype(const std::string& given) {
  const std::string name = given.rfind("torch.", 0) == 0 ? given.substr(6) : given;
  for (int i = 0; i < kDTypeCount; ++i)
    if (name == kInfo[static_cast<std::size_t>(i)].name) return static_cast<DType>(i);
  if (name == "float") return DType::Float32;
  if (name == "double") return DType::Float64;
  if (name == "long") return DType::Int64;
  if (name == "int") return DType::Int32;
  if (name == "half") return DType::Float16;
  if (name == "short") return DType::Int16;
  std::string known;
  for (const Info& i : kInfo) known += std::string(known.empty() ? "" : ", ") + i.name;
  fail(ErrorKind::Type, "unsupported dtype: '", given, "' (known: ", known, ")");
}

DType carrier(DType t) {
  switch (t) {
    case DType::Int8:
    case DType::Int16:
    case DType::UInt16: return DType::Int32;
    case DType::UInt32:
    case DType::UInt64: return DType::Int64;
    case DType::Float16:
    case DType::BFloat16: return DType::Float32;
    default: return t;
  }
}

void fail_unimplemented(const char* op, DType t) {
  fail(ErrorKind::Runtime, "\"", op, "\" not implemented for '", scalar_type_name(t), "'");
}

DType promote_types(DType a, DType b) {
  if (a == b) return a;
  // Category order: bool < integral < floating; inside a category the wider type wins, and two of
  // one width meet in the next that holds both.
  const auto rank = [](DType t) {
    switch (t) {
      case DType::Bool: return 0;
      case DType::UInt8:
      case DType::Int8: return 1;
      case DType::UInt16:
      case DType::Int16: return 2;
      case DType::UInt32:
      case DType::Int32: return 3;
      case DType::UInt64:
      case DType::Int64: return 4;
      case DType::Float16:
      case DType::BFloat16: return 5;
      case DType::Float32: return 6;
      case DType::Float64: return 7;
    }
    return 0;
  };
  const int x = rank(a), y = rank(b);
  if (x != y) return x > y ? a : b;
  return x == 1 ? DType::Int16 : x == 2 ? DType::Int32 : x == 5 ? DType::Float32 : DType::Int64;
}

bool can_cast(DType from, DType to) {
  if (is_floating(from) && !is_floating(to)) return false;
  if (from != DType::Bool && to == DType::Bool) return false;
  return true;
}

DType default_dtype() { return g_default; }

void set_default_dtype(DType t) {
  if (!is_floating(t))
    fail(ErrorKind::Type, "only floating-point types are supported as the default type");
  g_default = t;
}

}  // namespace gradbox
