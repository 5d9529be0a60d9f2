// Indexing by tensors: gathering, scattering, masks.
#include <algorithm>
#include <numeric>

#include "onnx/export/translate.h"

namespace gradbox::onnx {
namespace {

bool is_mask(const Tensor& t) { return t.dtype() == DType::Bool || t.dtype() == DType::UInt8; }

// What `x[i, :, j]` asks for, as coordinates: a matrix with one row for each element taken, of the
// indexed dimensions, which are brought to the front.
struct Coordinates {
  Name name;
  IntList front;        // order of x's dimensions: the indexed ones first
  std::int64_t common;  // rank of the broadcast indices
  std::int64_t first;   // where their dimensions stand in the result
  bool in_order;        // front is 0, 1, 2, ...
};

// Coordinates of the elements that are set, one vector a dimension of the mask.
void add_mask(Emitter& e, const Tensor& mask, std::vector<Name>& indices) {
  const Name places = e.node("NonZero", {e.value(mask, DType::Bool)});
  for (std::int64_t d = 0; d < mask.dim(); ++d)
    indices.push_back(e.gather(places, e.number(static_cast<double>(d), DType::Int64), 0));
}

Coordinates coordinates(Emitter& e, const TensorList& given) {
  std::vector<Name> indices;
  IntList indexed, plain;
  std::int64_t dim = 0, common = 0;
  for (const Tensor& t : given) {
    if (!t.defined()) {
      plain.push_back(dim++);
    } else if (is_mask(t)) {
      add_mask(e, t, indices);
      common = std::max<std::int64_t>(common, 1);
      for (std::int64_t d = 0; d < t.dim(); ++d) indexed.push_back(dim++);
    } else {
      indices.push_back(e.value(t, DType::Int64));
      common = std::max(common, t.dim());
      indexed.push_back(dim++);
    }
  }
  if (indices.empty()) e.unsupported("an index without tensors");
  for (; dim < e.rank(); ++dim) plain.push_back(dim);
  const bool adjacent =
      indexed.back() - indexed.front() + 1 == static_cast<std::int64_t>(indexed.size());
  Coordinates c{Name::None, indexed, common, adjacent ? indexed.front() : 0, false};
  c.front.insert(c.front.end(), plain.begin(), plain.end());
  c.in_order = std::is_sorted(c.front.begin(), c.front.end());
  if (indices.size() > 1) {
    // Their sum has the shape that they broadcast to.
    Name sum = indices[0];
    for (std::size_t i = 1; i < indices.size(); ++i) sum = e.node("Add", {sum, indices[i]});
    const Name shape = e.shape_of(sum);
    for (Name& i : indices) i = e.node("Expand", {i, shape});
  }
  for (Name& i : indices) i = e.unsqueeze(i, {common});
  c.name = e.concat(indices, common);
  return c;
}

// From [common..., rest...] to the result's order, in which the common dimensions stand at `first`.
IntList result_order(const Coordinates& c, std::int64_t rank) {
  IntList perm;
  for (std::int64_t i = 0; i < c.first; ++i) perm.push_back(c.common + i);
  for (std::int64_t i = 0; i < c.common; ++i) perm.push_back(i);
  for (std::int64_t i = c.common + c.first; i < rank; ++i) perm.push_back(i);
  return perm;
}

IntList inverse(const IntList& perm) {
  IntList out(perm.size());
  for (std::size_t i = 0; i < perm.size(); ++i)
    out[static_cast<std::size_t>(perm[i])] = static_cast<std::int64_t>(i);
  return out;
}

Name brought_to_front(Emitter& e, const Coordinates& c) {
  return c.in_order ? e.in(0) : e.transpose(e.in(0), c.front);
}

void index(Emitter& e) {
  const TensorList& given = e.args().tensors(1);
  // One tensor of integers is a Gather, wherever it stands.
  const auto is_given = [](const Tensor& t) { return t.defined(); };
  const auto at = std::find_if(given.begin(), given.end(), is_given);
  if (std::count_if(given.begin(), given.end(), is_given) == 1 && !is_mask(*at))
    return e.give(e.gather(e.in(0), e.value(*at, DType::Int64), at - given.begin()));
  const Coordinates c = coordinates(e, given);
  const Name y = e.node("GatherND", {brought_to_front(e, c), c.name});
  e.give(c.first == 0 ? y : e.transpose(y, result_order(c, e.out().dim())));
}

void index_put(Emitter& e) {
  const DType t = e.out().dtype();
  const bool accumulate = e.args().boolean(3);
  if (accumulate && e.opset() < 16) e.unsupported("accumulate=True needs opset 16");
  const Coordinates c = coordinates(e, e.args().tensors(1));
  const Name x = brought_to_front(e, c);
  // What is there now has the shape that the values are broadcast to.
  const Name now = e.node("GatherND", {x, c.name});
  Name values = e.in(2, t);
  if (c.first == 0) {
    values = e.node("Expand", {values, e.shape_of(now)});
  } else {
    std::int64_t rank = c.common;  // of the result
    for (std::int64_t i = 0; i < e.rank(); ++i) ++rank;
    std::int64_t indexed = 0;
    for (const Tensor& i : e.args().tensors(1))
      if (i.defined()) indexed += is_mask(i) ? i.dim() : 1;
    const IntList perm = result_order(c, rank - indexed);
    const Name shape = e.shape_of(e.transpose(now, perm));
    values = e.transpose(e.node("Expand", {values, shape}), inverse(perm));
  }
  const Attribute reduction("reduction", accumulate ? "add" : "none");
  // The attribute came with opset 16.
  const Name y = e.opset() < 16 ? e.node("ScatterND", {x, c.name, values})
                                : e.node("ScatterND", {x, c.name, values}, {reduction});
  e.give(c.in_order ? y : e.transpose(y, inverse(c.front)));
}

void gather(Emitter& e) {
  e.give(e.node("GatherElements", {e.in(0), e.in(2)}, {{"axis", e.axis(e.args().integer(1))}}));
}

void scatter_elements(Emitter& e, Name values, bool add) {
  if (add && e.opset() < 16) e.unsupported("adding needs opset 16");
  const Attribute axis("axis", e.axis(e.args().integer(1))), reduction("reduction", "add");
  const std::vector<Name> inputs{e.in(0), e.in(2), values};
  e.give(add ? e.node("ScatterElements", inputs, {axis, reduction})
             : e.node("ScatterElements", inputs, {axis}));
}

// ONNX wants values of the indices' shape, PyTorch takes more of them.
Name fitting_source(Emitter& e) {
  const Name source = e.in(3, e.out().dtype());
  if (e.tensor(3).shape() == e.tensor(2).shape()) return source;
  IntList axes(static_cast<std::size_t>(e.tensor(2).dim()));
  std::iota(axes.begin(), axes.end(), 0);
  return e.node("Slice",
                {source, e.ints(IntList(axes.size(), 0)), e.shape_of(e.in(2)), e.ints(axes)});
}

void scatter_value(Emitter& e) {
  const Name value = e.number(e.args().number(3), e.out().dtype());
  scatter_elements(e, e.node("Expand", {value, e.shape_of(e.in(2))}), false);
}

// Slices added at rows: the row numbers, spread over the whole slices, scatter element by element.
void index_add(Emitter& e) {
  if (e.opset() < 16) e.unsupported("adding needs opset 16");
  const std::int64_t axis = e.axis(e.args().integer(1));
  const DType t = e.out().dtype();
  IntList others;
  for (std::int64_t d = 0; d < e.rank(); ++d)
    if (d != axis) others.push_back(d);
  Name rows = e.in(2, DType::Int64);
  if (!others.empty()) rows = e.unsqueeze(rows, others);
  Name source = e.in(3, t);
  if (e.args().number(4) != 1) source = e.node("Mul", {source, e.number(e.args().number(4), t)});
  e.give(e.node("ScatterElements", {e.in(0), e.node("Expand", {rows, e.shape_of(source)}), source},
                {{"axis", axis}, {"reduction", "add"}}));
}

void nonzero(Emitter& e) { e.give(e.transpose(e.node("NonZero", {e.in(0, DType::Bool)}), {1, 0})); }

void masked_select(Emitter& e) {
  Name x = e.in(0), mask = e.in(1, DType::Bool);
  if (e.tensor(0).shape() != e.tensor(1).shape()) {
    const Name shape = e.shape_of(e.node("Where", {mask, x, x}));
    x = e.node("Expand", {x, shape});
    mask = e.node("Expand", {mask, shape});
  }
  e.give(e.node("Compress", {x, e.reshape(mask, {-1})}));
}

void one_hot(Emitter& e) {
  const Name depth = e.scalar(e.shape(e.out()).back(), DType::Int64);
  const Name values = e.ints({0, 1});
  e.give(e.node("OneHot", {e.in(0), depth, values}, {{"axis", -1}}));
}

const Row table[] = {
    {"index", index},
    {"index_put", index_put},
    {"index_select",
     [](Emitter& e) { e.give(e.gather(e.in(0), e.in(2), e.axis(e.args().integer(1)))); }},
    {"index_add", index_add},
    {"gather", gather},
    {"scatter", [](Emitter& e) { scatter_elements(e, fitting_source(e), false); }},
    {"scatter.value", scatter_value},
    {"scatter_add", [](Emitter& e) { scatter_elements(e, fitting_source(e), true); }},
    {"take", [](Emitter& e) { e.give(e.gather(e.reshape(e.in(0), {-1}), e.in(1), 0)); }},
    {"nonzero", nonzero},
    {"argwhere", nonzero},
    {"masked_select", masked_select},
    {"one_hot", one_hot},
};

}  // namespace

Rows index_rows() { return rows(table); }

}  // namespace gradbox::onnx
