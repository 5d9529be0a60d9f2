// The random number generator: mt19937 with PyTorch's CPU transformations, so that a seed gives the
// very numbers that torch.manual_seed gives (ATen/core/TransformationHelper, DistributionsHelper).
#pragma once

#include <cstdint>
#include <optional>
#include <random>

namespace gradbox {

class Generator {
 public:
  static constexpr std::uint64_t kDefaultSeed = 67280421310721ULL;  // PyTorch's

  explicit Generator(std::uint64_t seed = kDefaultSeed) { manual_seed(seed); }
  void manual_seed(std::uint64_t seed);
  std::uint64_t initial_seed() const { return seed_; }

  std::uint32_t random32() { return static_cast<std::uint32_t>(engine_()); }
  std::uint64_t random64();
  // Uniform in [0, 1): 24 random bits for float, 53 for double.
  float uniform_float();
  double uniform_double();
  // One standard normal number by Box-Muller; every second one comes from a cache.
  double normal();

 private:
  std::mt19937 engine_;
  std::uint64_t seed_ = 0;
  std::optional<double> cached_normal_;
};

// What torch.manual_seed seeds.
Generator& default_generator();
// What operators draw from: the default generator, unless another one is in use.
Generator& active_generator();
// Puts g in use; null for the default one. Gives the one that was, null for the default one. The
// caller keeps g alive while it is in use.
Generator* use_generator(Generator* g);

}  // namespace gradbox
