// Intrusive reference counting. The core is single-threaded (one tensor world a worker), so the
// count is a plain integer; this halves the cost of a tensor next to std::shared_ptr.
#pragma once

#include <cstdint>
#include <utility>

namespace gradbox {

class RefCounted {
 public:
  RefCounted() = default;
  RefCounted(const RefCounted&) = delete;
  RefCounted& operator=(const RefCounted&) = delete;
  std::uint32_t use_count() const { return refs_; }

 protected:
  virtual ~RefCounted() = default;
  // Called when the last reference goes. Types that form long chains override it to
  // delete iteratively instead of recursively.
  virtual void dispose() { delete this; }

 private:
  template <class T>
  friend class Ref;
  std::uint32_t refs_ = 0;
};

// Owning pointer to a RefCounted object; null when default-constructed.
template <class T>
class Ref {
 public:
  Ref() = default;
  Ref(std::nullptr_t) {}
  explicit Ref(T* p) : p_(p) { retain(); }
  Ref(const Ref& o) : p_(o.p_) { retain(); }
  Ref(Ref&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
  template <class U>
  Ref(const Ref<U>& o) : p_(o.get()) {
    retain();
  }
  ~Ref() { release(); }
  Ref& operator=(const Ref& o) {
    Ref(o).swap(*this);
    return *this;
  }
  Ref& operator=(Ref&& o) noexcept {
    Ref(std::move(o)).swap(*this);
    return *this;
  }
  void reset() { Ref().swap(*this); }
  void swap(Ref& o) noexcept { std::swap(p_, o.p_); }
  T* get() const { return p_; }
  T* operator->() const { return p_; }
  T& operator*() const { return *p_; }
  explicit operator bool() const { return p_ != nullptr; }
  bool operator==(const Ref& o) const { return p_ == o.p_; }
  bool operator!=(const Ref& o) const { return p_ != o.p_; }

 private:
  void retain() {
    if (p_) ++static_cast<RefCounted*>(p_)->refs_;
  }
  void release() {
    if (p_ && --static_cast<RefCounted*>(p_)->refs_ == 0) static_cast<RefCounted*>(p_)->dispose();
    p_ = nullptr;
  }
  T* p_ = nullptr;
};

template <class T, class... A>
Ref<T> make_ref(A&&... a) {
  return Ref<T>(new T(std::forward<A>(a)...));
}

}  // namespace gradbox
