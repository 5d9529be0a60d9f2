// Random number generators: the default one, handle 0, and those that a front end makes.
#include <emscripten/emscripten.h>

#include <cstring>
#include <type_traits>

#include "boundary.h"
#include "core/generator.h"
#include "handles.h"

namespace gradbox::wasm {
namespace {

struct Owned : RefCounted {
  Generator generator;
};

HandleTable<Ref<Owned>>& generators() {
  static HandleTable<Ref<Owned>> table("generator");
  return table;
}

Generator& generator(int g) {
  return g == 0 ? default_generator() : generators().get(g)->generator;
}

// Handle of the generator in use.
int g_active = 0;

}  // namespace
}  // namespace gradbox::wasm

using namespace gradbox;
using namespace gradbox::wasm;

// A generator's state is its bytes.
static_assert(std::is_trivially_copyable_v<Generator>);

extern "C" {

EMSCRIPTEN_KEEPALIVE int gb_generator_new() {
  return guard(0, [] { return generators().add(make_ref<Owned>()); });
}
EMSCRIPTEN_KEEPALIVE int gb_generator_free(int g) {
  return g != g_active && generators().remove(g) ? 1 : 0;
}
EMSCRIPTEN_KEEPALIVE int gb_generator_seed(int g, double seed) {
  return attempt([&] {
    generator(g).manual_seed(static_cast<std::uint64_t>(static_cast<std::int64_t>(seed)));
  });
}
EMSCRIPTEN_KEEPALIVE double gb_generator_initial_seed(int g) {
  return guard(-1.0, [&] { return static_cast<double>(generator(g).initial_seed()); });
}
// Operators draw from g from now on; gives the handle of the one before.
EMSCRIPTEN_KEEPALIVE int gb_generator_use(int g) {
  return guard(-1, [&] {
    use_generator(g == 0 ? nullptr : &generators().get(g)->generator);
    return std::exchange(g_active, g);
  });
}
EMSCRIPTEN_KEEPALIVE int gb_generator_state(int g) {
  return guard(0, [&] {
    const Tensor state =
        Tensor::empty({static_cast<std::int64_t>(sizeof(Generator))}, DType::UInt8);
    std::memcpy(state.raw(), &generator(g), sizeof(Generator));
    return give(state);
  });
}
EMSCRIPTEN_KEEPALIVE int gb_generator_set_state(int g, int state) {
  return attempt([&] {
    const Tensor bytes = tensors().get(state).contiguous_raw();
    if (bytes.dtype() != DType::UInt8)
      fail(ErrorKind::Type, "RNG state must be a torch.ByteTensor");
    check(bytes.numel() == static_cast<std::int64_t>(sizeof(Generator)), "RNG state is wrong size");
    std::memcpy(static_cast<void*>(&generator(g)), bytes.raw(), sizeof(Generator));
  });
}

}  // extern "C"
