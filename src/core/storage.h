// A block of memory that tensors and their views share.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/ref.h"

namespace gradbox {

class Storage : public RefCounted {
 public:
  // Uninitialised memory, 16-byte aligned. Throws RuntimeError (PyTorch's allocator wording) when
  // the bytes can't be had. A zero-byte storage has a valid, unusable pointer.
  explicit Storage(std::int64_t bytes);
  char* data() { return data_; }
  std::int64_t bytes() const { return bytes_; }
  // Counts in-place writes through any tensor or view of this memory.
  std::uint32_t version = 0;

 protected:
  ~Storage() override;

 private:
  // Scalars and other tiny tensors live here, which saves them an allocation.
  static constexpr std::int64_t kInline = 16;
  alignas(16) char inline_[kInline];
  char* data_ = nullptr;
  std::int64_t bytes_ = 0;
};

struct MemoryStats {
  std::int64_t live_tensors = 0;   // TensorImpl objects
  std::int64_t live_storages = 0;
  std::int64_t live_bytes = 0;     // bytes of live storages
  std::int64_t peak_bytes = 0;
};
MemoryStats& memory_stats();

}  // namespace gradbox
