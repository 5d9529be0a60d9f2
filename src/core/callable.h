// Functions in the tables of operators and layers. The tables live as long as the program, so
// nothing here is ever freed, and one small thunk a function is all the code it costs; the vtables,
// copies and destructors of as many std::functions would be a good part of the download.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace gradbox {

// Keeps p reachable to the end of the program, and gives it back.
const void* keep(const void* p);

template <class Signature>
class Callable;

// Any function object that takes A... and gives what converts to R. Copies share it.
template <class R, class... A>
class Callable<R(A...)> {
 public:
  Callable() = default;
  Callable(std::nullptr_t) {}
  template <class F,
            std::enable_if_t<!std::is_same_v<F, Callable> && std::is_invocable_v<const F&, A...>,
                             int> = 0>
  Callable(F f) : invoke_(&thunk<F>) {
    if constexpr (std::is_empty_v<F>) state_ = &kNoState;
    else state_ = keep(new F(std::move(f)));
  }
  R operator()(A... a) const { return invoke_(state_, std::forward<A>(a)...); }
  explicit operator bool() const { return invoke_ != nullptr; }

 private:
  template <class F>
  static R thunk(const void* state, A... a) {
    const F& f = *static_cast<const F*>(state);
    if constexpr (std::is_void_v<R>) f(std::forward<A>(a)...);
    else return R(f(std::forward<A>(a)...));
  }
  // Where the object of a function without captures is said to be.
  static constexpr char kNoState = 0;
  R (*invoke_)(const void*, A...) = nullptr;
  const void* state_ = nullptr;
};

}  // namespace gradbox
