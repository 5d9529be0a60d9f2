#include "ops/carried.h"

#include <optional>

#include "ops/promote.h"

namespace gradbox {
namespace {

bool is_stored(const Tensor& t) { return t.defined() && is_stored_only(t.dtype()); }

bool is_stored(const Value& v) {
  if (v.is<Tensor>()) return is_stored(v.get<Tensor>());
  if (v.is<DType>()) return is_stored_only(v.get<DType>());
  if (v.is<TensorList>())
    for (const Tensor& t : v.get<TensorList>())
      if (is_stored(t)) return true;
  return false;
}

// Whether an argument says where, not what: it takes no part in promotion.
bool is_selector(const ArgSpec& arg) {
  for (const char* name : {"index", "indices", "mask", "condition", "repeats", "offsets"})
    if (arg.name == name) return true;
  return false;
}

// Operators that refuse tensors of several dtypes; they must see those that were given.
bool wants_one_dtype(const OpDef& op, const Values& args) {
  static const char* const kNames[] = {"mm", "addmm", "bmm", "baddbmm", "convolution", "dot", "mv"};
  bool named = false;
  for (const char* name : kNames) named = named || op.schema.name == name;
  if (!named) return false;
  std::optional<DType> first;
  for (const Value& v : args) {
    if (!v.is<Tensor>()) continue;
    const DType t = v.get<Tensor>().dtype();
    if (first && *first != t) return true;
    first = t;
  }
  return false;
}

Tensor carried(const Tensor& t) { return is_stored(t) ? t.to_raw(carrier(t.dtype())) : t; }

TensorList carried(TensorList list) {
  for (Tensor& t : list) t = carried(t);
  return list;
}

// Puts results, which were computed in the carrier of `want`, into it.
struct Stores {
  DType want;
  Tensor operator()(const Tensor& t) const {
    return t.defined() && t.dtype() == carrier(want) ? t.to_raw(want) : t;
  }
};

}  // namespace

Value run_forward(const OpDef& op, const Values& args, TensorList* stash) {
  bool stored = false;
  for (const Value& v : args) stored = stored || is_stored(v);
  if (!stored || op.view || op.any_dtype || wants_one_dtype(op, args))
    return op.forward(Args(args, stash));

  // What the tensors promote to, by dtype and by rank, as result_type does for two of them.
  Tensor strongest;
  const auto promote = [&](const Tensor& t) {
    if (!t.defined()) return;
    if (!strongest.defined()) {
      strongest = t;
      return;
    }
    const DType type = result_type(strongest, t);
    if (type == t.dtype())
      strongest = t.dim() >= strongest.dim() ? t : Tensor::empty(strongest.shape(), type);
    else if (type != strongest.dtype()) strongest = Tensor::empty(strongest.shape(), type);
  };
  std::optional<DType> asked;
  Values inside = args;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const Value& v = args[i];
    const bool counts = !is_selector(op.schema.args[i]);
    if (v.is<Tensor>()) {
      if (counts) promote(v.get<Tensor>());
      inside[i] = carried(v.get<Tensor>());
    } else if (v.is<TensorList>()) {
      if (counts)
        for (const Tensor& t : v.get<TensorList>()) promote(t);
      inside[i] = carried(v.get<TensorList>());
    } else if (v.is<DType>()) {
      asked = v.get<DType>();
      inside[i] = carrier(*asked);
    }
  }
  Value result = op.forward(Args(inside, stash));
  const Stores store{asked ? *asked : strongest.dtype()};
  if (!is_stored_only(store.want)) return result;
  if (result.is<Tensor>()) return store(result.get<Tensor>());
  if (!result.is<TensorList>()) return result;
  TensorList list = result.get<TensorList>();
  for (Tensor& t : list) t = store(t);
  return list;
}

}  // namespace gradbox
