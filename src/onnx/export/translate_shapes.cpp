// Views: reshaping, reordering, parts of a tensor.
#include <algorithm>
#include <numeric>

#include "onnx/export/translate.h"

namespace gradbox::onnx {
namespace {

IntList all_axes(std::int64_t rank) {
  IntList axes(static_cast<std::size_t>(rank));
  std::iota(axes.begin(), axes.end(), 0);
  return axes;
}

// x in the shape of the call's result. Where a dimension's size may vary it isn't written as a
// number: 0 copies it from x, one -1 is worked out, the rest is computed. `given`: the sizes as
// they were asked for, which may hold a -1.
void reshape_to(Emitter& e, const Name x, const Tensor& from, const IntList& given) {
  const std::vector<Size> before = e.shape(from), after = e.shape(e.out());
  IntList wanted(after.size());
  std::vector<std::size_t> open;  // that need computing
  bool copies = true;             // all dimensions so far are those of x
  const auto asked = std::find(given.begin(), given.end(), -1);
  for (std::size_t i = 0; i < after.size(); ++i) {
    const Size s = after[i];
    const bool same = i < before.size() && before[i].value == s.value && before[i].other == s.other;
    copies = copies && same;
    wanted[i] = s.value;
    if (asked != given.end() && static_cast<std::ptrdiff_t>(i) == asked - given.begin()) {
      wanted[i] = -1;
    } else if (s.is_dynamic()) {
      if (same) wanted[i] = 0;
      else open.push_back(i);
    } else if (e.is_dynamic() && !e.knows_sizes() && copies) {
      wanted[i] = 0;
    }
  }
  if (open.size() == 1 && asked == given.end()) {
    wanted[open[0]] = -1;
    open.clear();
  }
  if (open.empty()) return e.give(e.reshape(x, wanted));
  std::vector<Size> sizes;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const bool computed = std::find(open.begin(), open.end(), i) != open.end();
    sizes.push_back(computed ? after[i] : Size{wanted[i], wanted[i]});
  }
  e.give(e.node("Reshape", {x, e.vector(sizes)}));
}

void view(Emitter& e) { reshape_to(e, e.in(0), e.tensor(0), e.args().ints(1)); }

void view_as(Emitter& e) { e.give(e.node("Reshape", {e.in(0), e.shape_of(e.in(1))})); }

void flatten(Emitter& e) {
  const std::int64_t first = e.axis(e.args().integer(1)), last = e.axis(e.args().integer(2));
  const std::int64_t rank = e.rank();
  const Name x = e.in(0);
  if (first == 1 && last == rank - 1) return e.give(e.node("Flatten", {x}, {{"axis", 1}}));
  // Copies what comes before, works out the merged dimension.
  IntList wanted(static_cast<std::size_t>(first), 0);
  wanted.push_back(-1);
  if (last >= rank - 1) return e.give(e.reshape(x, wanted));
  const Name rest = e.slice(e.shape_of(x), 0, e.ints({last + 1}), e.ints({INT64_MAX}));
  e.give(e.node("Reshape", {x, e.concat({e.ints(wanted), rest}, 0)}));
}

void unflatten(Emitter& e) {
  const std::int64_t dim = e.axis(e.args().integer(1));
  const IntList& sizes = e.args().ints(2);
  IntList given = e.tensor(0).shape();
  given.erase(given.begin() + dim);
  given.insert(given.begin() + dim, sizes.begin(), sizes.end());
  reshape_to(e, e.in(0), e.tensor(0), given);
}

// ---- dimensions of size 1 ----

void squeeze(Emitter& e, const IntList& dims) {
  const std::vector<Size> shape = e.shape(e.tensor(0));
  IntList axes;
  for (const auto d : dims) {
    const auto i = static_cast<std::size_t>(e.axis(d));
    if (shape.empty() || shape[i].value != 1) continue;
    // Size 1 by chance: it goes in the sample, and it must stay for other sizes.
    if (shape[i].is_dynamic())
      e.unsupported("squeezing a dynamic dimension that is 1 in the sample input");
    axes.push_back(static_cast<std::int64_t>(i));
  }
  e.give(axes.empty() ? e.in(0) : e.squeeze(e.in(0), axes));
}

// ---- order ----

void permute(Emitter& e, const IntList& perm) { e.give(e.transpose(e.in(0), perm)); }

void transpose(Emitter& e) {
  if (e.rank() < 2) return e.give(e.in(0));
  IntList perm = all_axes(e.rank());
  std::swap(perm[static_cast<std::size_t>(e.axis(e.args().integer(1)))],
            perm[static_cast<std::size_t>(e.axis(e.args().integer(2)))]);
  permute(e, perm);
}

void reordered(Emitter& e) {
  IntList perm;
  for (const auto d : e.args().ints(1)) perm.push_back(e.axis(d));
  permute(e, perm);
}

void matrix_transpose(Emitter& e) {
  if (e.rank() < 2) return e.give(e.in(0));
  permute(e, {1, 0});
}

// ---- size ----

void expand(Emitter& e) {
  // Expand broadcasts both ways: 1 keeps a size.
  std::vector<Size> wanted = e.sizes(1);
  for (Size& s : wanted)
    if (s.value == -1) s = {1, 1};
  e.give(e.node("Expand", {e.in(0), e.vector(wanted)}));
}

void expand_as(Emitter& e) { e.give(e.node("Expand", {e.in(0), e.shape_of(e.in(1))})); }

// ---- parts ----

void select(Emitter& e) {
  const Size index = e.size(2);
  e.give(e.gather(e.in(0), e.scalar(index, DType::Int64), e.axis(e.args().integer(1))));
}

void slice(Emitter& e) {
  const Args a = e.args();
  const std::int64_t axis = e.axis(a.integer(1));
  const Name start = e.has(2) ? e.one(e.size(2)) : e.ints({0});
  const Name end = e.has(3) ? e.one(e.size(3)) : e.ints({INT64_MAX});
  e.give(e.slice(e.in(0), axis, start, end, a.integer(4)));
}

void narrow(Emitter& e) {
  const std::int64_t axis = e.axis(e.args().integer(1));
  const Size start = e.size(2), length = e.size(3);
  const Name first = e.one(start);
  // The end of a piece counted from the back may be the end itself, which has no negative name.
  Name end = e.ints({INT64_MAX});
  if (start.value >= 0) end = e.one({start.value + length.value, start.other + length.other});
  else if (start.value + length.value < 0)
    end = e.one({start.value + length.value, start.other + length.other});
  e.give(e.slice(e.in(0), axis, first, end));
}

const Row table[] = {
    {"view", view},
    {"reshape", view},
    {"_reshape_alias", view},
    {"_unsafe_view", view},
    {"view_as", view_as},
    {"reshape_as", view_as},
    {"flatten", flatten},
    {"ravel", [](Emitter& e) { e.give(e.reshape(e.in(0), {-1})); }},
    {"unflatten", unflatten},
    {"squeeze", [](Emitter& e) { squeeze(e, all_axes(e.rank())); }},
    {"squeeze.dim", [](Emitter& e) { squeeze(e, {e.args().integer(1)}); }},
    {"squeeze.dims", [](Emitter& e) { squeeze(e, e.args().ints(1)); }},
    {"_unsafe_squeeze", [](Emitter& e) { squeeze(e, {e.args().integer(1)}); }},
    {"unsqueeze",
     [](Emitter& e) { e.give(e.unsqueeze(e.in(0), {e.axis(e.args().integer(1), 1)})); }},
    {"permute", reordered},
    {"transpose", transpose},
    {"t", matrix_transpose},
    {"expand", expand},
    {"broadcast_to", expand},
    {"expand_as", expand_as},
    {"select", select},
    {"slice", slice},
    {"narrow", narrow},
};

}  // namespace

Rows shape_rows() { return rows(table); }

}  // namespace gradbox::onnx
