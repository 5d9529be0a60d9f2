// Reading and checking of hyperparameters, and the gradient as all rules see it.
#pragma once

#include <type_traits>

#include "nn/layer_table.h"
#include "optim/optimizer.h"

namespace gradbox {

inline const Value& option(const Optimizer::Options& o, const char* name) {
  for (const auto& [key, value] : o)
    if (key == name) return value;
  fail(ErrorKind::Key, "'", name, "'");
}
inline bool has_option(const Optimizer::Options& o, const char* name) {
  for (const auto& entry : o)
    if (entry.first == name) return true;
  return false;
}
inline double number(const Optimizer::Options& o, const char* name) {
  return option(o, name).as_double();
}
inline bool flag(const Optimizer::Options& o, const char* name) {
  return option(o, name).as_bool();
}

// Throws "Invalid learning rate: -1" unless the option is at least 0.
inline void at_least_zero(const Optimizer::Options& o, const char* name, const char* what) {
  if (!(number(o, name) >= 0))
    fail(ErrorKind::Value, "Invalid ", what, ": ", python_text(option(o, name)));
}

inline double pair_item(const Optimizer::Options& o, const char* name, std::size_t i) {
  const Value& v = option(o, name);
  const bool whole = v.is<IntList>();
  if (!(whole || v.is<FloatList>()) ||
      (whole ? v.get<IntList>().size() : v.get<FloatList>().size()) != 2)
    fail(ErrorKind::Value, name, " must be two numbers");
  return whole ? static_cast<double>(v.get<IntList>()[i]) : v.get<FloatList>()[i];
}

inline double beta(const Optimizer::Options& o, std::size_t i) { return pair_item(o, "betas", i); }

inline void check_betas(const Optimizer::Options& o) {
  for (std::size_t i = 0; i < 2; ++i)
    if (!(beta(o, i) >= 0 && beta(o, i) < 1))
      fail(ErrorKind::Value, "Invalid beta parameter at index ", i, ": ",
           python_text(Value(beta(o, i))));
}

template <class F>
void each(const Tensor& param, const char* name, F&& f) {
  dispatch_floating(param.dtype(), name, f);
}

// The gradient with the sign and the weight decay that all rules share.
template <class T, bool decays = true>
struct Gradient {
  const T* g;
  const T* p;
  T sign;
  T decay;
  T operator()(std::int64_t i) const {
    const T v = sign * g[i];
    return decays && decay != T(0) ? v + decay * p[i] : v;
  }
};

// Calls f(std::true_type) or f(std::false_type): what depends on it is decided once, not for each
// element, and the loops without become SIMD.
template <class F>
void decide(bool which, F&& f) {
  if (which) f(std::true_type{});
  else f(std::false_type{});
}

template <class T>
Gradient<T> gradient(const Tensor& param, const Tensor& grad, const Optimizer::Options& o,
                     bool decay = true) {
  const bool ascent = has_option(o, "maximize") && flag(o, "maximize");
  return {grad.data<T>(), param.data<T>(), ascent ? T(-1) : T(1),
          decay ? static_cast<T>(number(o, "weight_decay")) : T(0)};
}

// Calls f with the gradient.
template <class T, class F>
void with_gradient(const Tensor& param, const Tensor& grad, const Optimizer::Options& o, F&& f,
                   bool decay = true) {
  const Gradient<T> d = gradient<T>(param, grad, o, decay);
  if (d.decay != T(0)) f(d);
  else f(Gradient<T, false>{d.g, d.p, d.sign, d.decay});
}

}  // namespace gradbox
