// The one exception hierarchy. A front end maps the kind to its own exception class; the message
// is worded as PyTorch words it wherever PyTorch has a wording.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace gradbox {

enum class ErrorKind {
  Runtime,
  Type,
  Value,
  Index,
  Key,
  Attribute,
  NotImplemented,
  Callback,  // a front end's own exception is unwinding; its details stay with the front end
};

// "RuntimeError", "TypeError", ...: the Python class name of a kind.
const char* error_name(ErrorKind kind);

class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const { return kind_; }
  const char* name() const { return error_name(kind_); }

 private:
  ErrorKind kind_;
};

namespace detail {
template <class... A>
std::string concat(const A&... a) {
  std::ostringstream s;
  (s << ... << a);
  return s.str();
}
}  // namespace detail

template <class... A>
[[noreturn]] void fail(ErrorKind kind, const A&... a) {
  throw Error(kind, detail::concat(a...));
}

// Throws RuntimeError with the concatenated message unless `ok`.
template <class... A>
void check(bool ok, const A&... a) {
  if (!ok) fail(ErrorKind::Runtime, a...);
}

}  // namespace gradbox
