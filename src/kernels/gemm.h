// Matrix products over strided memory.
#pragma once

#include <cstdint>

#include "kernels/finish.h"

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
// beta == 0, c is written without being read. Exists for float, double, int32 and int64.
template <class T>
void gemm(std::int64_t m, std::int64_t n, std::int64_t k, T alpha, MatrixView<const T> a,
          MatrixView<const T> b, T beta, MatrixView<T> c);

// A matrix that is made row by row as it is needed.
template <class T>
class MatrixRows {
 public:
  // out = elements [first, first + n) of a row.
  virtual void row(std::int64_t row, std::int64_t first, std::int64_t n, T* out) const = 0;

 protected:
  ~MatrixRows() = default;
};

// c = a b, or c += a b with `add`, for a b [k, n] (a b [n, k] with `transposed`, of which the
// transpose is meant) that is made as needed. m, n and k are positive. Exists for float and double.
template <class T>
void gemm_rows(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView<const T> a,
               const MatrixRows<T>& b, bool transposed, bool add, MatrixView<T> c,
               const Finish<T>& finish = {});

// c = a b, finished as it is written. m, n and k are positive. Exists for float and double.
template <class T>
void gemm_finished(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView<const T> a,
                   MatrixView<const T> b, MatrixView<T> c, const Finish<T>& finish);

}  // namespace gradbox::kernels
