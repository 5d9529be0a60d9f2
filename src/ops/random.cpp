// Random tensors. The numbers for a seed are PyTorch's (ATen/native/cpu/DistributionTemplates.h).
#include <cmath>

#include "core/generator.h"
#include "kernels/exact.h"
#include "ops/families.h"

namespace gradbox {

void register_distributions(Registry& r);  // distributions.cpp

namespace {

template <class T>
T uniform_number(Generator& g) {
  if constexpr (std::is_same_v<T, float>) return g.uniform_float();
  else return static_cast<T>(g.uniform_double());
}

Tensor uniform(const Dims& shape, double low, double high, DType dtype) {
  check(low <= high, "uniform_ expects to return a [from, to) range, but found from=", low,
        " > to=", high);
  Tensor t = Tensor::empty(shape, dtype);
  Generator& g = active_generator();
  dispatch_floating(dtype, "check_uniform_bounds", [&](auto tag) {
    using T = decltype(tag);
    T* p = t.data<T>();
    const T begin = static_cast<T>(low), width = static_cast<T>(high) - begin;
    // PyTorch rounds the bounds to T, the product not.
    for (std::int64_t i = 0; i < t.numel(); ++i)
      p[i] = static_cast<T>(static_cast<double>(uniform_number<T>(g)) * width + begin);
  });
  return t;
}

using kernels::fused;

// Natural logarithm of x in (0, 1]: the polynomial and the steps of Cephes' logf, which PyTorch's
// AVX2 code takes.
float cephes_log(float x) {
  int exponent = 0;
  float m = std::frexp(x, &exponent);
  const bool low = m < 0.707106781186547524F;
  const float e = static_cast<float>(low ? exponent - 1 : exponent);
  m = low ? (m - 1) + m : m - 1;
  const float z = m * m;
  float y = 7.0376836292e-2F;
  for (const float p : {-1.1514610310e-1F, 1.1676998740e-1F, -1.2420140846e-1F, 1.4249322787e-1F,
                        -1.6668057665e-1F, 2.0000714765e-1F, -2.4999993993e-1F, 3.3333331174e-1F})
    y = fused(y, m, p);
  y = fused(y * m, z, e * -2.12194440e-4F);
  y = fused(-z, 0.5F, y);
  return fused(e, 0.693359375F, m + y);
}

// Sine and cosine of x in [0, 2 pi), likewise.
void cephes_sincos(float x, float* sine, float* cosine) {
  const int octant = (static_cast<int>(x * 1.27323954473516F) + 1) & ~1;
  const float y = static_cast<float>(octant);
  for (const float part : {-0.78515625F, -2.4187564849853515625e-4F, -3.77489497744594108e-8F})
    x = fused(y, part, x);
  const float z = x * x;
  float c = fused(2.443315711809948e-5F, z, -1.388731625493765e-3F);
  c = fused(c, z, 4.166664568298827e-2F) * z;
  c = fused(c, z, -(z * 0.5F)) + 1;
  float s = fused(-1.9515295891e-4F, z, 8.3321608736e-3F);
  s = fused(s, z, -1.6666654611e-1F) * z;
  s = fused(s, x, x);
  const bool swapped = (octant & 2) != 0;
  *sine = ((octant & 4) != 0 ? -1 : 1) * (swapped ? c : s);
  *cosine = (((octant - 2) & 4) == 0 ? -1 : 1) * (swapped ? s : c);
}

// Eight Box-Muller pairs at a time, the members of a pair eight apart: PyTorch's layout for
// tensors of 16 elements or more. Floats are computed as its AVX2 code does, to the last bit.
template <class T>
void normal_16(T* p, T mean, T std) {
  for (int j = 0; j < 8; ++j) {
    const T u1 = T(1) - p[j];
    const T theta = T(2) * static_cast<T>(M_PI) * p[j + 8];
    if constexpr (std::is_same_v<T, float>) {
      const float radius = std::sqrt(-2 * cephes_log(u1));
      float sine = 0, cosine = 0;
      cephes_sincos(theta, &sine, &cosine);
      p[j] = fused(radius * cosine, std, mean);
      p[j + 8] = fused(radius * sine, std, mean);
    } else {
      const T radius = std::sqrt(T(-2) * std::log(u1));
      p[j] = radius * std::cos(theta) * std + mean;
      p[j + 8] = radius * std::sin(theta) * std + mean;
    }
  }
}

Tensor normal(const Dims& shape, double mean, double std, DType dtype) {
  check(std >= 0, "normal expects std >= 0.0, but found std ", std);
  Tensor t = Tensor::empty(shape, dtype);
  Generator& g = active_generator();
  dispatch_floating(dtype, "normal_kernel_cpu", [&](auto tag) {
    using T = decltype(tag);
    T* p = t.data<T>();
    const std::int64_t n = t.numel();
    if (n < 16) {
      for (std::int64_t i = 0; i < n; ++i) p[i] = static_cast<T>(g.normal() * std + mean);
      return;
    }
    for (std::int64_t i = 0; i < n; ++i) p[i] = uniform_number<T>(g);
    for (std::int64_t i = 0; i + 15 < n; i += 16)
      normal_16(p + i, static_cast<T>(mean), static_cast<T>(std));
    if (n % 16 == 0) return;
    // The last 16 are drawn anew.
    for (std::int64_t i = n - 16; i < n; ++i) p[i] = uniform_number<T>(g);
    normal_16(p + n - 16, static_cast<T>(mean), static_cast<T>(std));
  });
  return t;
}

Tensor integers(std::int64_t low, std::int64_t high, const Dims& shape, DType dtype) {
  check(low < high, "random_ expects 'from' to be less than 'to', but got from=", low,
        " >= to=", high);
  Tensor t = Tensor::empty(shape, dtype);
  Generator& g = active_generator();
  const auto range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  dispatch(dtype, [&](auto tag) {
    using T = decltype(tag);
    T* p = t.data<T>();
    for (std::int64_t i = 0; i < t.numel(); ++i) {
      const std::uint64_t v = range >= (1ULL << 32U) ? g.random64() : g.random32();
      p[i] = static_cast<T>(static_cast<std::int64_t>(v % range) + low);
    }
  });
  return t;
}

Tensor coin_flips(const Dims& shape, double p, DType dtype) {
  check(p >= 0 && p <= 1, "bernoulli_ expects p to be in [0, 1], but got p=", p);
  Tensor t = Tensor::empty(shape, dtype);
  Generator& g = active_generator();
  dispatch(dtype, [&](auto tag) {
    using T = decltype(tag);
    T* d = t.data<T>();
    for (std::int64_t i = 0; i < t.numel(); ++i)
      d[i] = static_cast<T>(g.uniform_double() < p ? 1 : 0);
  });
  return t;
}

Tensor finish(const Tensor& t, bool requires_grad) {
  if (requires_grad) t.set_requires_grad(true);
  return t;
}

void register_plain(Registry& r) {
  r.op("rand(int[] size, *, ScalarType? dtype=None, bool requires_grad=False) -> Tensor")
      .doc("Uniform numbers in [0, 1). torch.rand")
      .in(kTorch)
      .forward([](const Args& a) {
        return finish(uniform(a.ints(0), 0, 1, a.dtype(1, default_dtype())), a.boolean(2));
      });
  r.op("randn(int[] size, *, ScalarType? dtype=None, bool requires_grad=False) -> Tensor")
      .doc("Standard normal numbers. torch.randn")
      .in(kTorch)
      .forward([](const Args& a) {
        return finish(normal(a.ints(0), 0, 1, a.dtype(1, default_dtype())), a.boolean(2));
      });
  r.op("rand_like(Tensor self, *, ScalarType? dtype=None) -> Tensor")
      .doc("Uniform numbers in [0, 1), shaped like self. torch.rand_like")
      .in(kTorch)
      .forward([](const Args& a) {
        return uniform(a.tensor(0).shape(), 0, 1, a.dtype(1, a.tensor(0).dtype()));
      });
  r.op("randn_like(Tensor self, *, ScalarType? dtype=None) -> Tensor")
      .doc("Standard normal numbers, shaped like self. torch.randn_like")
      .in(kTorch)
      .forward([](const Args& a) {
        return normal(a.tensor(0).shape(), 0, 1, a.dtype(1, a.tensor(0).dtype()));
      });
  r.op("randint(int high, int[] size, *, ScalarType? dtype=None) -> Tensor")
      .doc("Integers in [0, high). torch.randint")
      .in(kTorch)
      .forward([](const Args& a) {
        return integers(0, a.integer(0), a.ints(1), a.dtype(2, DType::Int64));
      });
  r.op("randint.low(int low, int high, int[] size, *, ScalarType? dtype=None) -> Tensor")
      .doc("Integers in [low, high). torch.randint")
      .in(kTorch)
      .forward([](const Args& a) {
        return integers(a.integer(0), a.integer(1), a.ints(2), a.dtype(3, DType::Int64));
      });
  r.op("randint_like(Tensor self, int high, *, ScalarType? dtype=None) -> Tensor")
      .doc("Integers in [0, high), shaped like self. torch.randint_like")
      .in(kTorch)
      .forward([](const Args& a) {
        return integers(0, a.integer(1), a.tensor(0).shape(), a.dtype(2, a.tensor(0).dtype()));
      });
  r.op("randint_like.low(Tensor self, int low, int high, *, ScalarType? dtype=None) -> Tensor")
      .doc("Integers in [low, high), shaped like self. torch.randint_like")
      .in(kTorch)
      .forward([](const Args& a) {
        return integers(a.integer(1), a.integer(2), a.tensor(0).shape(),
                        a.dtype(3, a.tensor(0).dtype()));
      });
  r.op("randperm(int n, *, ScalarType? dtype=None) -> Tensor")
      .doc("The integers 0 to n - 1 in random order. torch.randperm")
      .in(kTorch)
      .forward([](const Args& a) {
        const std::int64_t n = a.integer(0);
        Tensor t = Tensor::empty({n}, DType::Int64);
        auto* p = t.data<std::int64_t>();
        for (std::int64_t i = 0; i < n; ++i) p[i] = i;
        for (std::int64_t i = 0; i < n - 1; ++i)
          std::swap(p[i], p[i + active_generator().random32() % (n - i)]);
        return t.to_raw(a.dtype(1, DType::Int64));
      });
  r.op("normal(Tensor|Scalar mean, Tensor|Scalar std, int[]? size=None) -> Tensor")
      .doc("Normal numbers with the given means and deviations. torch.normal")
      .in(kTorch)
      .forward([](const Args& a) {
        const Tensor mean = a.tensor(0), std = a.tensor(1);
        if (std.is_wrapped_number())
          check(std.item() >= 0, "normal expects std >= 0.0, but found std ", std.item());
        for (const double s : std.to_vector())
          check(s >= 0, "normal expects all elements of std >= 0.0");
        const Dims shape = a.has(2) ? a.ints(2) : broadcast_shapes(mean.shape(), std.shape());
        const DType t = result_type_float(mean, std);
        return ops::add(ops::mul(normal(shape, 0, 1, t), std.to_raw(t)), mean.to_raw(t));
      });
}

}  // namespace

void register_random(Registry& r) {
  register_plain(r);
  register_distributions(r);
  const auto no_gradient = [](BackwardContext&, const TensorList& g) -> TensorList {
    return {ops::zeros_like(g[0])};
  };
  r.op("uniform(Tensor self, float from=0, float to=1) -> Tensor")
      .doc("Uniform numbers in [from, to). torch.Tensor.uniform_")
      .in(kTensor)
      .forward([](const Args& a) {
        return uniform(a.tensor(0).shape(), a.number(1), a.number(2), a.tensor(0).dtype());
      })
      .backward(no_gradient)
      .no_gradcheck("random")
      .inplace();
  r.op("normal.fill(Tensor self, float mean=0, float std=1) -> Tensor")
      .doc("Normal numbers. torch.Tensor.normal_")
      .in(kTensor)
      .forward([](const Args& a) {
        return normal(a.tensor(0).shape(), a.number(1), a.number(2), a.tensor(0).dtype());
      })
      .backward(no_gradient)
      .no_gradcheck("random")
      .inplace();
  r.op("random.to(Tensor self, int to) -> Tensor")
      .doc("Random integers in [0, to). torch.Tensor.random_")
      .in(kTensor)
      .forward([](const Args& a) {
        return integers(0, a.integer(1), a.tensor(0).shape(), a.tensor(0).dtype());
      })
      .backward(no_gradient)
      .no_gradcheck("random")
      .inplace();
  r.op("random(Tensor self, int from=0, int? to=None) -> Tensor")
      .doc("Random integers in [from, to). torch.Tensor.random_")
      .in(kTensor)
      .forward([](const Args& a) {
        const DType t = a.tensor(0).dtype();
        const std::int64_t top = t == DType::Float32   ? (1LL << 24) + 1
                                 : t == DType::Float64 ? (1LL << 53) + 1
                                 : t == DType::UInt8   ? 256
                                 : t == DType::Bool    ? 2
                                                       : (1LL << 31);
        return integers(a.integer(1), a.has(2) ? a.integer(2) : top, a.tensor(0).shape(), t);
      })
      .backward(no_gradient)
      .no_gradcheck("random")
      .inplace();
  r.op("bernoulli(Tensor self) -> Tensor")
      .doc("1 with the probability that self gives, else 0. torch.bernoulli")
      .forward([](const Args& a) {
        const Tensor p = a.tensor(0).contiguous_raw();
        Tensor out = Tensor::empty(p.shape(), p.dtype());
        dispatch_floating(p.dtype(), "bernoulli_tensor_cpu_self_", [&](auto tag) {
          using T = decltype(tag);
          for (std::int64_t i = 0; i < p.numel(); ++i) {
            check(p.data<T>()[i] >= 0 && p.data<T>()[i] <= 1,
                  "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error "
                  "message be improved?  "
                  "If so, please report an enhancement request to PyTorch.)");
            out.data<T>()[i] = static_cast<double>(uniform_number<T>(active_generator())) <
                                       static_cast<double>(p.data<T>()[i])
                                   ? T(1)
                                   : T(0);
          }
        });
        return out;
      })
      .backward(no_gradient)
      .no_gradcheck("random");
  r.op("bernoulli.p(Tensor self, float p=0.5) -> Tensor")
      .doc("1 with probability p, else 0, shaped like self. torch.bernoulli")
      .forward([](const Args& a) {
        return coin_flips(a.tensor(0).shape(), a.number(1), a.tensor(0).dtype());
      })
      .backward(no_gradient)
      .no_gradcheck("random")
      .inplace();
  r.op("bernoulli.Tensor(Tensor self, Tensor p) -> Tensor")
      .doc(
          "1 with the probabilities p, else 0, shaped and typed like self. torch.Tensor.bernoulli_")
      .in(kTensor)
      .forward([](const Args& a) {
        const Tensor p =
            is_floating(a.tensor(1).dtype()) ? a.tensor(1) : a.tensor(1).to_raw(DType::Float32);
        Tensor wide = Tensor::empty(a.tensor(0).shape(), p.dtype());
        wide.copy_raw(p);
        return call("bernoulli", {wide}).get<Tensor>().to_raw(a.tensor(0).dtype());
      })
      .backward(no_gradient)
      .no_gradcheck("random")
      .inplace();
  r.op("dropout(Tensor self, float p=0.5, bool training=True, bool inplace=False) -> Tensor")
      .doc(
          "Zeroes elements with probability p and scales the rest by 1 / (1 - p), in training. "
          "torch.nn.functional.dropout")
      .in(kTorch | kFunctional)
      .composite([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0);
        const double p = a.number(1);
        if (p < 0 || p > 1)
          fail(ErrorKind::Value, "dropout probability has to be between 0 and 1, but got ", p);
        if (p == 0 || !a.boolean(2) || x.numel() == 0) return x;
        if (p == 1) return ops::mul(x, Tensor::full({}, 0, x.dtype()));
        return ops::mul(x, ops::div(coin_flips(x.shape(), 1 - p, x.dtype()), 1 - p));
      })
      .onnx("Dropout");
}

}  // namespace gradbox
