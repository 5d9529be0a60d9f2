import math
import statistics as st

print(math.sqrt(2), math.pi, math.e, math.tau, math.inf, math.nan, math.floor(-2.5), math.ceil(2.1), math.trunc(-2.7), math.factorial(10), math.gcd(48, 18), math.lcm(4, 6), math.pow(2, 3))
print(math.sin(1), math.cos(1), math.tan(1), math.asin(0.5), math.acos(0.5), math.atan(1), math.atan2(1, -1), math.sinh(1), math.cosh(1), math.tanh(1), math.asinh(1), math.acosh(2), math.atanh(0.5))
print(math.exp(1), math.expm1(1e-5), math.log(10), math.log(8, 2), math.log2(10), math.log10(1000), math.log1p(1e-5), math.hypot(3, 4), math.hypot(1, 2, 3), math.degrees(math.pi), math.radians(180), math.fabs(-3))
print(math.isclose(0.1 + 0.2, 0.3), math.isnan(math.nan), math.isinf(math.inf), math.isfinite(1), math.copysign(1, -0.0), math.fmod(7, 3), math.modf(3.25), math.frexp(8.0), math.ldexp(0.5, 4), math.comb(5, 2), math.perm(5, 2), math.prod([1, 2, 3, 4]), math.fsum([0.1] * 10), math.isqrt(17), math.dist((1, 2), (4, 6)), math.erf(1), math.gamma(5), math.erfc(1), math.remainder(7, 3), math.ulp(1.0), math.exp2(3))
for f in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.log(-1), lambda: math.factorial(-1), lambda: math.factorial(2.5), lambda: math.acos(2), lambda: math.exp(1000), lambda: math.pow(0, -1), lambda: math.sqrt("a"), lambda: math.floor(math.inf), lambda: int(math.nan), lambda: int(math.inf), lambda: math.ceil(math.nan), lambda: math.gamma(-1), lambda: math.fmod(1, 0)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
data = [2, 4, 4, 4, 5, 5, 7, 9]
print(st.mean(data), st.median(data), st.mode(data), st.stdev(data), st.pstdev(data), st.variance(data), st.pvariance(data), st.median_low(data), st.median_high(data), st.fmean(data), st.multimode([1, 1, 2, 2]), st.harmonic_mean([40, 60]), st.geometric_mean([54, 24, 36]), st.mean([1.5, 2.5]), st.median([1, 2]))
print(round(2.5), round(3.5), round(-0.5), round(2.675, 2), round(1234, -2), round(1e20), int(2.9), int(-2.9), 7 // -2, 7 % -2, divmod(-7, 2), divmod(7.5, 2), 1e308 * 10, -1e308 * 10, 0.1 * 3, 1 - 0.9, 5 // 2 * 2.0, 1e16 + 1, 2**53 + 1.0, 3 * 10**16 // 7, float(10**20), int(1e20), 123456789 * 987654321, 2**200 % 1000007, -(2**70) // 3, (10**30).__class__)
print(sum([0.1] * 10), sum([1, 2.5]), sum([[1], [2]], []), min(3, 1, 2), max([1, 5], [2]), abs(-2.5), (5).bit_length())
