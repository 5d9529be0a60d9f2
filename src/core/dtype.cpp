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
                                                  {"bool", "Bool", 1}}};

const Info& info(DType t) { return kInfo[static_cast<std::size_t>(t)]; }

DType g_default = DType::Float32;

}  // namespace

std::int64_t item_size(DType t) { return info(t).size; }
const char* dtype_name(DType t) { return info(t).name; }
const char* scalar_type_name(DType t) { return info(t).scalar_name; }
std::string tensor_type_name(DType t) { return std::string("torch.") + info(t).scalar_name + "Tensor"; }

DType parse_dtype(const std::string& given) {
  const std::string name = given.rfind("torch.", 0) == 0 ? given.substr(6) : given;
  for (int i = 0; i < kDTypeCount; ++i)
    if (name == kInfo[static_cast<std::size_t>(i)].name) return static_cast<DType>(i);
  if (name == "float") return DType::Float32;
  if (name == "double") return DType::Float64;
  if (name == "long") return DType::Int64;
  if (name == "int") return DType::Int32;
  fail(ErrorKind::Type, "unsupported dtype: '", given,
       "' (known: float32, float64, int32, int64, uint8, bool)");
}

DType promote_types(DType a, DType b) {
  if (a == b) return a;
  // Category order: bool < integral < floating; inside a category the wider type wins.
  // uint8 with a signed integer gives the signed one, which is wide enough here.
  const auto rank = [](DType t) {
    switch (t) {
      case DType::Bool: return 0;
      case DType::UInt8: return 1;
      case DType::Int32: return 2;
      case DType::Int64: return 3;
      case DType::Float32: return 4;
      case DType::Float64: return 5;
    }
    return 0;
  };
  return rank(a) > rank(b) ? a : b;
}

bool can_cast(DType from, DType to) {
  if (is_floating(from) && !is_floating(to)) return false;
  if (from != DType::Bool && to == DType::Bool) return false;
  return true;
}

DType default_dtype() { return g_default; }

void set_default_dtype(DType t) {
  if (!is_floating(t)) fail(ErrorKind::Type, "only floating-point types are supported as the default type");
  g_default = t;
}

}  // namespace gradbox
