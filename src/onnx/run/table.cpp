// The table of kernels.
#include <algorithm>
#include <cstring>

#include "onnx/run/control.h"
#include "onnx/run/kernel.h"
#include "onnx/run/kernels.h"

namespace gradbox::onnx {
namespace {

struct Row {
  const char* domain;
  const char* op_type;
  int since;
  Kernel kernel;
};

int compare(const Row& a, const Row& b) {
  const int by_name = std::strcmp(a.op_type, b.op_type);
  return by_name != 0 ? by_name : std::strcmp(a.domain, b.domain);
}

struct Table {
  std::vector<Row> rows;
  bool filled = false;
};

Table& table() {
  static Table t;
  return t;
}

void fill(Table& t) {
  t.filled = true;
  add_control_kernels();
  add_sequence_kernels();
  add_operator_kernels();
  std::sort(t.rows.begin(), t.rows.end(), [](const Row& a, const Row& b) {
    const int order = compare(a, b);
    return order != 0 ? order < 0 : a.since < b.since;
  });
}

}  // namespace

void add_kernel(const char* op_type, int since, Kernel kernel, const char* domain) {
  table().rows.push_back({domain, op_type, since, kernel});
}

Kernel find_kernel(const std::string& domain, const std::string& op_type, int version) {
  // Names are compared as C strings below: one with a zero in it is no name of ours.
  if (op_type.find('\0') != std::string::npos || domain.find('\0') != std::string::npos)
    return nullptr;
  Table& t = table();
  if (!t.filled) fill(t);
  const Row wanted{domain.c_str(), op_type.c_str(), version, nullptr};
  auto it = std::lower_bound(t.rows.begin(), t.rows.end(), wanted,
                             [](const Row& a, const Row& b) { return compare(a, b) < 0; });
  Kernel found = nullptr;
  for (; it != t.rows.end() && compare(*it, wanted) == 0 && it->since <= version; ++it)
    found = it->kernel;
  return found;
}

}  // namespace gradbox::onnx
