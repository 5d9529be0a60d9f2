// Matrix products over strided memory.
#pragma once

#include <cstdint>

namespace gradbox::kernels {

// A matrix in memory: element (i, j) is data[i * row + j * col]. A transpose is a swap of the two
// steps, so one routine serves all the cases of BLAS's transa and transb.
template <class T>
struct MatrixView {
  T* data;
  std::int64_t row;
  std::int64_t col;
  MatrixView transposed() const { return {data, col, row}; }
};

// c = beta * c + alpha * a b, with a [m, k], b [k, n] and c [m, n]. c must not overlap a or b. With
// beta == 0, c is written without being read. Exists for float, double, int32, int64 and uint8.
template <class T>
void gemm(std::int64_t m, std::int64_t n, std::int64_t k, T alpha, MatrixView<const T> a,
          MatrixView<const T> b, T beta, MatrixView<T> c);

}  // namespace gradbox::kernels
