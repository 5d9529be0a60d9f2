// The border to JavaScript: no C++ exception crosses it. A function that fails gives its
// "failed" value and leaves kind and message for last_error().
#pragma once

#include <string>

#include "core/error.h"

namespace gradbox::wasm {

void remember_error(const char* kind, std::string message);
// Turns the exception that is being handled into the remembered error.
void remember_current_exception() noexcept;
// "RuntimeError\nmessage" of the latest failure, empty when there was none.
std::string last_error();

// Runs f; gives `failed` when it throws.
template <class R, class F>
R guard(R failed, F&& f) noexcept {
  try {
    return f();
  } catch (...) {
    remember_current_exception();
    return failed;
  }
}

// For functions without a result: 1, or 0 after a failure.
template <class F>
int attempt(F&& f) noexcept {
  try {
    f();
    return 1;
  } catch (...) {
    remember_current_exception();
    return 0;
  }
}

}  // namespace gradbox::wasm
