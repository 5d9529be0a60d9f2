// Small blocks of memory for WebAssembly, where every operator call makes and frees a dozen.
//
// Emscripten's malloc joins a freed block with its neighbours and splits it again for the next
// call. Here blocks of up to 256 bytes go into a list of their size and come from there; the core
// is single-threaded, so that is a few instructions. Their memory is kept. (Native allocators have
// such lists themselves.)
#ifdef __EMSCRIPTEN__
#include <malloc.h>

#include <cstdlib>
#include <new>

namespace {

constexpr std::size_t kStep = 16, kLargest = 256;

struct Free {
  Free* next;
};
Free* g_free[kLargest / kStep + 1];

}  // namespace

void* operator new(std::size_t n) {
  if (n <= kLargest) {
    const std::size_t list = n ? (n + kStep - 1) / kStep : 1;
    if (Free* block = g_free[list]) {
      g_free[list] = block->next;
      return block;
    }
    n = list * kStep;
  }
  void* p = std::malloc(n);
  if (!p) throw std::bad_alloc();
  return p;
}

void operator delete(void* p) noexcept {
  if (!p) return;
  // malloc knows how large its blocks are: at least what was asked for.
  const std::size_t list = malloc_usable_size(p) / kStep;
  if (list > kLargest / kStep) return std::free(p);
  auto* block = static_cast<Free*>(p);
  block->next = g_free[list];
  g_free[list] = block;
}
void operator delete(void* p, std::size_t) noexcept { operator delete(p); }
#endif
