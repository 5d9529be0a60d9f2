#include "core/value.h"

#include <new>

namespace gradbox {

namespace detail {
void wrong_kind() { throw std::bad_variant_access(); }
}  // namespace detail

using detail::Held;

template <class T>
void Value::put(T x) {
  static_assert(sizeof(T) <= sizeof bits_ || Held<T>::by_pointer);
  if constexpr (Held<T>::by_pointer) ::new (static_cast<void*>(&bits_)) T*(new T(std::move(x)));
  else ::new (static_cast<void*>(&bits_)) T(std::move(x));
  kind_ = Held<T>::kind;
}

Value::Value(Tensor t) {
  if (t.defined()) put(std::move(t));
}
Value::Value(TensorList t) { put(std::move(t)); }
Value::Value(bool b) { put(b); }
Value::Value(int i) { put(static_cast<std::int64_t>(i)); }
Value::Value(long i) { put(static_cast<std::int64_t>(i)); }
Value::Value(long long i) { put(static_cast<std::int64_t>(i)); }
Value::Value(double d) { put(d); }
Value::Value(const char* s) { put(std::string(s)); }
Value::Value(std::string s) { put(std::move(s)); }
Value::Value(IntList l) { put(std::move(l)); }
Value::Value(FloatList l) { put(std::move(l)); }
Value::Value(DType d) { put(d); }

Value::Value(const Value& o) {
  switch (o.kind_) {
    case Held<Tensor>::kind: put(o.held<Tensor>()); break;
    case Held<TensorList>::kind: put(o.held<TensorList>()); break;
    case Held<std::string>::kind: put(o.held<std::string>()); break;
    case Held<IntList>::kind: put(o.held<IntList>()); break;
    case Held<FloatList>::kind: put(o.held<FloatList>()); break;
    default: bits_ = o.bits_; kind_ = o.kind_;
  }
}

Value& Value::operator=(const Value& o) { return *this = Value(o); }
Value& Value::operator=(Value&& o) noexcept {
  std::swap(bits_, o.bits_);
  std::swap(kind_, o.kind_);
  return *this;
}

void Value::destroy() {
  switch (kind_) {
    case Held<Tensor>::kind: const_cast<Tensor&>(held<Tensor>()).~Tensor(); break;
    case Held<TensorList>::kind: delete &held<TensorList>(); break;
    case Held<std::string>::kind: delete &held<std::string>(); break;
    case Held<IntList>::kind: delete &held<IntList>(); break;
    default: delete &held<FloatList>();
  }
}
Value::~Value() {
  if (kind_ >= Held<Tensor>::kind) destroy();
}

double Value::as_double() const {
  if (is<double>()) return get<double>();
  if (is<std::int64_t>()) return static_cast<double>(get<std::int64_t>());
  return get<bool>() ? 1.0 : 0.0;
}

std::int64_t Value::as_int() const {
  if (is<std::int64_t>()) return get<std::int64_t>();
  if (is<double>()) return static_cast<std::int64_t>(get<double>());
  return get<bool>() ? 1 : 0;
}

bool Value::as_bool() const {
  if (is<bool>()) return get<bool>();
  if (is<std::int64_t>()) return get<std::int64_t>() != 0;
  return get<double>() != 0;
}

const char* Value::type_name() const {
  static constexpr const char* kNames[] = {
      "NoneType",         "int", "float",         "bool",           "torch.dtype", "Tensor",
      "tuple of Tensors", "str", "tuple of ints", "tuple of floats"};
  return kNames[kind_];
}

}  // namespace gradbox
