// A block of memory that tensors and their views share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/ref.h"

namespace gradbox {

class Storage : public RefCounted {
 public:
  // Uninitialised memory. Throws RuntimeError (PyTorch's allocator wording) when
  // the bytes can't be had. A zero-byte storage has a valid, unusable pointer.
  explicit Storage(std::int64_t bytes);
  // Memory that is there already, as long as `owner` is.
  Storage(char* data, std::int64_t bytes, std::shared_ptr<void> owner);
  char* data() { return data_; }
  std::int64_t bytes() const { return bytes_; }
  // Counts in-place writes through any tensor or view of this memory.
  std::uint32_t version = 0;
  // Name of the node of the last in-place operator that the graph knows of, if any.
  std::unique_ptr<std::string> writer;

 protected:
  ~Storage() override;

 private:
  // Scalars and other tiny tensors live here, which saves them an allocation.
  static constexpr std::int64_t kInline = 16;
  alignas(8) char inline_[kInline];  // no more than that: new would have to align by itself
  char* data_ = nullptr;
  std::int64_t bytes_ = 0;
  std::shared_ptr<void> owner_;
};

struct MemoryStats {
  std::int64_t live_tensors = 0;  // TensorImpl objects
  std::int64_t live_storages = 0;
  std::int64_t live_bytes = 0;  // bytes of live storages
  std::int64_t peak_bytes = 0;
  std::int64_t limit = -1;  // what live_bytes may not exceed; -1: no limit but the machine's
};
MemoryStats& memory_stats();

// While it lives, storages may take no more than `bytes` beyond what is live now: who asks for more
// gets the RuntimeError of memory that can't be had. Of limits within limits the smallest counts.
class MemoryLimit {
 public:
  explicit MemoryLimit(std::int64_t bytes);
  ~MemoryLimit() { memory_stats().limit = before_; }
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;

 private:
  std::int64_t before_;
};

}  // namespace gradbox
