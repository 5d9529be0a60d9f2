// Special functions, in double precision. Float tensors use them by way of double: they are rare,
// and a second copy of each would only make the download larger.
#pragma once

namespace gradbox::kernels {

double digamma(double x);
double erfinv(double y);
double erfcx(double x);  // exp(x^2) erfc(x)
double ndtri(double p);  // inverse of the normal distribution function
double log_ndtr(double x);
double bessel_i0e(double x);  // exp(-|x|) I0(x)
double bessel_i1e(double x);
double hurwitz_zeta(double s, double q);
double polygamma(double n, double x);
double igamma(double a, double x);   // regularised lower incomplete gamma function
double igammac(double a, double x);  // and the upper one

}  // namespace gradbox::kernels
