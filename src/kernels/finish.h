// What becomes of each element of a convolution or matrix product as it is written, in the pass
// that writes it: bias, a tensor that is added, an activation.
#pragma once

#include <cstdint>

#include "kernels/vectors.h"

namespace gradbox::kernels {

// An activation with up to two numbers: Clamp to [low, high], LeakyRelu of slope low, HardSwish.
struct Activation {
  enum Kind : std::uint8_t { None, Clamp, LeakyRelu, HardSwish };
  Kind kind = None;
  double low = 0, high = 0;
};

template <class T>
struct Finish {
  const T* bias = nullptr;   // one number a row
  const T* added = nullptr;  // laid out as the result is
  Activation activation;

  using V = typename Vec<T>::type;

  bool is_nothing() const { return !bias && !added && activation.kind == Activation::None; }
  // The same from another row and element of the result on.
  Finish from(std::int64_t row, std::int64_t element) const {
    Finish out = *this;
    if (bias) out.bias += row;
    if (added) out.added += element;
    return out;
  }

  // Comparisons are such that NaN stays NaN.
  V activate(V v) const {
    const auto at = [](double x) { return Vec<T>::splat(static_cast<T>(x)); };
    switch (activation.kind) {
      case Activation::None: return v;
      case Activation::Clamp: return clamp(v, at(activation.low), at(activation.high));
      case Activation::LeakyRelu: {
        const V scaled = v * at(activation.low);
        return v < at(0) ? scaled : v;
      }
      default: return v * (clamp(v + at(3), at(0), at(6)) / at(6));
    }
  }
  T activate(T x) const { return activate(Vec<T>::splat(x))[0]; }

 private:
  static V clamp(V v, V low, V high) {
    v = v < low ? low : v;
    return v > high ? high : v;
  }
};

}  // namespace gradbox::kernels
