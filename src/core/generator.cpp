#include "core/generator.h"

#include <cmath>
#include <utility>

namespace gradbox {

void Generator::manual_seed(std::uint64_t seed) {
  seed_ = seed;
  engine_.seed(static_cast<std::uint32_t>(seed & 0xffffffffU));
  cached_normal_.reset();
}

std::uint64_t Generator::random64() {
  const std::uint64_t high = random32();
  return (high << 32U) | random32();
}

float Generator::uniform_float() {
  return static_cast<float>(random32() & ((1U << 24U) - 1)) *
         (1.0F / static_cast<float>(1U << 24U));
}

double Generator::uniform_double() {
  constexpr std::uint64_t kMask = (1ULL << 53U) - 1;
  return static_cast<double>(random64() & kMask) * (1.0 / static_cast<double>(1ULL << 53U));
}

double Generator::normal() {
  if (cached_normal_) {
    const double v = *cached_normal_;
    cached_normal_.reset();
    return v;
  }
  const double u1 = uniform_double();
  const double u2 = uniform_double();
  const double r = std::sqrt(-2.0 * std::log1p(-u2));
  const double theta = 2.0 * M_PI * u1;
  cached_normal_ = r * std::sin(theta);
  return r * std::cos(theta);
}

Generator& default_generator() {
  static Generator g;
  return g;
}

namespace {
Generator* g_in_use = nullptr;
}

Generator& active_generator() { return g_in_use ? *g_in_use : default_generator(); }

Generator* use_generator(Generator* g) { return std::exchange(g_in_use, g); }

}  // namespace gradbox
