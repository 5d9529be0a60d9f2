// Conversion from and to the dtypes that are only stored (core/dtype.h), through their carriers.
#pragma once

#include "core/tensor.h"

namespace gradbox::kernels {

// As copy_strided, where either dtype, or both, are only stored and they aren't the same.
void copy_stored(const Tensor& dst, const Tensor& src);

}  // namespace gradbox::kernels
