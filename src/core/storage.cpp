#include "core/storage.h"

#include <cstdlib>
#include <limits>
#include <new>

#include "core/error.h"

namespace gradbox {

MemoryStats& memory_stats() {
  static MemoryStats stats;
  return stats;
}

namespace {

// No single allocation may exceed what the address space of the target can ever hold.
constexpr std::int64_t kMaxBytes =
    sizeof(void*) == 4 ? std::int64_t{3} << 30 : std::numeric_limits<std::int64_t>::max() / 2;

// As large come from the lists of small blocks (allocate.cpp).
constexpr std::int64_t kSmall = 256;

char* allocate(std::int64_t bytes) {
  if (bytes < 0 || bytes > kMaxBytes) return nullptr;
  const MemoryStats& s = memory_stats();
  if (s.limit >= 0 && bytes > s.limit - s.live_bytes) return nullptr;
  const auto size = static_cast<std::size_t>(bytes);
  return static_cast<char*>(bytes <= kSmall ? ::operator new(size) : std::malloc(size));
}

void count(std::int64_t bytes) {
  MemoryStats& s = memory_stats();
  ++s.live_storages;
  s.live_bytes += bytes;
  if (s.live_bytes > s.peak_bytes) s.peak_bytes = s.live_bytes;
}

}  // namespace

MemoryLimit::MemoryLimit(std::int64_t bytes) : before_(memory_stats().limit) {
  MemoryStats& s = memory_stats();
  const std::int64_t limit = s.live_bytes + bytes;
  if (before_ < 0 || limit < before_) s.limit = limit;
}

Storage::Storage(std::int64_t bytes) : bytes_(bytes) {
  data_ = bytes >= 0 && bytes <= kInline ? inline_ : allocate(bytes);
  if (!data_)
    fail(ErrorKind::Runtime, "DefaultCPUAllocator: can't allocate memory: you tried to allocate ",
         bytes, " bytes. Error code 12 (Cannot allocate memory)");
  count(bytes_);
}

Storage::Storage(char* data, std::int64_t bytes, std::shared_ptr<void> owner)
    : data_(data), bytes_(bytes), owner_(std::move(owner)) {
  count(bytes_);
}

Storage::~Storage() {
  if (data_ != inline_ && !owner_) {
    if (bytes_ <= kSmall) ::operator delete(data_);
    else std::free(data_);
  }
  MemoryStats& s = memory_stats();
  --s.live_storages;
  s.live_bytes -= bytes_;
}

}  // namespace gradbox
