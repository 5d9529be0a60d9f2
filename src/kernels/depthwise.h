// Convolution of every channel by one filter of its own.
#pragma once

#include "kernels/conv.h"

namespace gradbox::kernels {

// A plane of an image and of the result; depth isn't there.
struct DepthwiseSizes {
  std::int64_t h, w, kh, kw, oh, ow;
};

// y [oh, ow] = the convolution of x [h, w] by k [kh, kw], finished. Exists for float and double.
template <class T>
void depthwise(const DepthwiseSizes& s, const ConvGeometry& g, const T* x, const T* k, T* y,
               const Finish<T>& finish);

}  // namespace gradbox::kernels
