// Decompositions of small dense matrices, in double precision: row-major, one matrix a call. Float
// tensors use them by way of double; the results are then as exact as LAPACK's in double.
#pragma once

#include <cstdint>
#include <vector>

namespace gradbox::kernels {

// P A = L U with partial pivoting, in place. `pivot[i]`: the row that stood at i. Gives the sign of
// the permutation; `singular` is the 1-based number of the first zero pivot, or 0.
double lu(double* a, std::int64_t n, std::int64_t* pivot, std::int64_t* singular);
// Solves A X = B for B [n, k], given lu's results; b is B on entry, X on return.
void lu_solve(const double* factors, const std::int64_t* pivot, std::int64_t n, double* b,
              std::int64_t k);
// A = L L^T from the lower triangle, in place (the rest becomes 0). Gives the 1-based order of the
// first leading minor that isn't positive, or 0.
std::int64_t cholesky(double* a, std::int64_t n);
// A [m, n] = Q [m, k] R [k, n] by Householder reflections, with LAPACK's signs. k: columns of Q.
void qr(const double* a, std::int64_t m, std::int64_t n, std::int64_t k, double* q, double* r);
// Symmetric A [n, n], of which the lower triangle is read, = V diag(w) V^T; w ascending
// (eigh.cpp, svd.cpp). `single`: to the precision of float32.
void eigh(const double* a, std::int64_t n, bool single, double* w, double* v);
// A [m, n] = U [m, k] diag(s) Vt [k, n], k = min(m, n), s descending; `full`: U [m, m] and Vt [n,
// n].
void svd(const double* a, std::int64_t m, std::int64_t n, bool full, bool single, double* u,
         double* s, double* vt);

}  // namespace gradbox::kernels
