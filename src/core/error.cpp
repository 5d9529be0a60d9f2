#include "core/error.h"

#include <cstdio>

namespace gradbox {

namespace detail {

void append(std::string& s, const char* part) { s += part; }
void append(std::string& s, const std::string& part) { s += part; }
void append(std::string& s, char part) { s += part; }
void append(std::string& s, double part) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%g", part);
  s += buffer;
}
void append_integer(std::string& s, long long part) { s += std::to_string(part); }
void append_unsigned(std::string& s, unsigned long long part) { s += std::to_string(part); }

}  // namespace detail

const char* error_name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Runtime: return "RuntimeError";
    case ErrorKind::Type: return "TypeError";
    case ErrorKind::Value: return "ValueError";
    case ErrorKind::Index: return "IndexError";
    case ErrorKind::Key: return "KeyError";
    case ErrorKind::Attribute: return "AttributeError";
    case ErrorKind::NotImplemented: return "NotImplementedError";
    case ErrorKind::Assertion: return "AssertionError";
    case ErrorKind::Callback: return "CallbackError";
  }
  return "RuntimeError";
}

}  // namespace gradbox
