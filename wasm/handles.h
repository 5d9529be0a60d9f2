// Handle tables: positive ints that stand for C++ objects on the JavaScript side. A handle holds
// a slot number and the slot's generation, so that a handle used after it was freed is told apart
// from the object that took its slot.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/tensor.h"

namespace gradbox::wasm {

template <class T>
class HandleTable {
 public:
  // `what` names the object in the message for a handle that isn't valid.
  explicit HandleTable(const char* what) : what_(what) {}

  int add(T value) {
    std::uint32_t slot = free_;
    if (slot == kNone) {
      slot = static_cast<std::uint32_t>(slots_.size());
      if (slot > kSlotMask) fail(ErrorKind::Runtime, "too many live ", what_, "s");
      slots_.emplace_back();
    } else {
      free_ = slots_[slot].next;
    }
    Slot& s = slots_[slot];
    s.value = std::move(value);
    s.next = kLive;
    ++live_;
    return static_cast<int>(s.generation << kSlotBits | slot);
  }

  bool valid(int handle) const { return find(handle) != nullptr; }

  // A copy, because the table may grow while the caller still uses the object. Throws RuntimeError.
  T get(int handle) const {
    const Slot* s = find(handle);
    if (!s) invalid(handle);
    return s->value;
  }

  // Whether there was something to free.
  bool remove(int handle) {
    Slot* s = const_cast<Slot*>(find(handle));
    if (!s) return false;
    // The object dies only after the slot is consistent again: its destructor may free handles.
    T dying = std::move(s->value);
    s->value = T();
    s->generation = s->generation == kMaxGeneration ? 1 : s->generation + 1;
    s->next = free_;
    free_ = static_cast<std::uint32_t>(handle) & kSlotMask;
    --live_;
    return true;
  }

  int live() const { return live_; }

 private:
  static constexpr std::uint32_t kSlotBits = 22;
  static constexpr std::uint32_t kSlotMask = (1u << kSlotBits) - 1;
  static constexpr std::uint32_t kMaxGeneration = (1u << (31 - kSlotBits)) - 1;
  static constexpr std::uint32_t kNone = 0xffffffffu;
  static constexpr std::uint32_t kLive = 0xfffffffeu;

  struct Slot {
    T value{};
    std::uint32_t generation = 1;
    std::uint32_t next = kNone;  // next free slot, or kLive
  };

  const Slot* find(int handle) const {
    const auto h = static_cast<std::uint32_t>(handle);
    const std::uint32_t slot = h & kSlotMask;
    if (handle <= 0 || slot >= slots_.size()) return nullptr;
    const Slot& s = slots_[slot];
    return s.next == kLive && s.generation == h >> kSlotBits ? &s : nullptr;
  }

  [[noreturn]] void invalid(int handle) const {
    fail(ErrorKind::Runtime, "this ", what_, " was deleted (handle ", handle,
         " is no longer valid)");
  }

  const char* what_;
  std::vector<Slot> slots_;
  std::uint32_t free_ = kNone;
  int live_ = 0;
};

HandleTable<Tensor>& tensors();
// 0 for an undefined tensor.
inline int give(const Tensor& t) { return t.defined() ? tensors().add(t) : 0; }
// Undefined tensor for 0.
inline Tensor take(int handle) { return handle == 0 ? Tensor() : tensors().get(handle); }

}  // namespace gradbox::wasm
