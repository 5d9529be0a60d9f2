#include "boundary.h"

#include <new>
#include <variant>

namespace gradbox::wasm {
namespace {

std::string& error_text() {
  static std::string text;
  return text;
}

}  // namespace

void remember_error(const char* kind, std::string message) {
  error_text() = std::string(kind) + "\n" + std::move(message);
}

void remember_current_exception() noexcept {
  try {
    try {
      throw;
    } catch (const Error& e) {
      remember_error(e.name(), e.what());
    } catch (const std::bad_alloc&) {
      remember_error(
          "RuntimeError",
          "DefaultCPUAllocator: can't allocate memory. Error code 12 (Cannot allocate memory)");
    } catch (const std::bad_variant_access&) {
      remember_error("TypeError", "an argument has the wrong type for this operator");
    } catch (const std::exception& e) {
      remember_error("RuntimeError", e.what());
    } catch (...) {
      remember_error("RuntimeError", "unknown failure in the core");
    }
  } catch (...) {
    error_text().clear();  // no memory left even for the message
  }
}

std::string last_error() { return error_text(); }

}  // namespace gradbox::wasm
