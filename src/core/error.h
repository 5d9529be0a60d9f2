// The one exception hierarchy. A front end maps the kind to its own exception class; the message
// is worded as PyTorch words it wherever PyTorch has a wording.
#pragma once

#include <stdexcept>
#include <string>
#include <type_traits>

namespace gradbox {

enum class ErrorKind {
  Runtime,
  Type,
  Value,
  Index,
  Key,
  Attribute,
  NotImplemented,
  Assertion,
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

// One out-of-line function a kind of part: messages are built all over the core, and streams
// inlined everywhere would be a good part of the download.
void append(std::string& s, const char* part);
void append(std::string& s, const std::string& part);
void append(std::string& s, char part);
void append(std::string& s, double part);
void append_integer(std::string& s, long long part);
void append_unsigned(std::string& s, unsigned long long part);
template <class T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, char>, int> = 0>
void append(std::string& s, T part) {
  if constexpr (std::is_signed_v<T>) append_integer(s, part);
  else append_unsigned(s, part);
}

template <class... A>
std::string concat(const A&... a) {
  std::string s;
  (append(s, a), ...);
  return s;
}

}  // namespace detail

template <class... A>
[[noreturn, gnu::cold, gnu::noinline]] void fail(ErrorKind kind, const A&... a) {
  throw Error(kind, detail::concat(a...));
}

// Throws RuntimeError with the concatenated message unless `ok`.
template <class... A>
void check(bool ok, const A&... a) {
  if (!ok) fail(ErrorKind::Runtime, a...);
}

// The same with AssertionError, for what PyTorch's Python code asserts.
template <class... A>
void expect(bool ok, const A&... a) {
  if (!ok) fail(ErrorKind::Assertion, a...);
}

}  // namespace gradbox
