// Domain ai.onnx.ml: what converters of scikit-learn, XGBoost and LightGBM write. Scores and labels
// are those of onnxruntime.
#include <algorithm>
#include <cmath>
#include <map>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

// An input as rows of numbers: one row when it has one dimension.
Tensor rows_of(NodeRun& r, const Tensor& t) {
  if (t.dim() == 0 || t.dim() > 2) r.fail("the input must have one or two dimensions");
  const Tensor x = as(t.detach(), t.dtype() == DType::Float64 ? DType::Float64 : DType::Float32);
  return t.dim() == 2 ? x : ops::unsqueeze(x, 0);
}

// ---- features ----

void scaler(NodeRun& r) {
  const Tensor x = as(r.in(), DType::Float32);
  const auto list = [&](const char* name, double otherwise) {
    FloatList v = r.attr_floats(name);
    if (v.empty()) v.push_back(otherwise);
    const auto n = static_cast<std::int64_t>(v.size());
    if (n != 1 && n != x.size(-1)) r.fail(std::string(name) + " doesn't fit the input");
    return float_tensor(v, {n}, DType::Float32);
  };
  r.give(ops::mul(ops::sub(x, list("offset", 0)), list("scale", 1)));
}

void normalizer(NodeRun& r) {
  const Tensor x = as(r.in(), DType::Float32);
  const std::string norm = word(r, "norm", "MAX", {"MAX", "L1", "L2"});
  const IntList last{-1};
  const Tensor size = norm == "L1"   ? ops::sum(ops::abs(x), last, true)
                      : norm == "L2" ? ops::sqrt(ops::sum(ops::square(x), last, true))
                                     : op("amax", x, last, true);
  // Rows of zeros stay so.
  r.give(ops::div(x, ops::masked_fill(size, ops::eq(size, 0), 1)));
}

void binarizer(NodeRun& r) {
  r.give(as(ops::gt(r.in(), r.attr("threshold", 0.0)), r.in().dtype()));
}

void imputer(NodeRun& r) {
  const Tensor& x = r.in();
  const bool real = is_floating(x.dtype());
  FloatList values = r.attr_floats("imputed_value_floats");
  if (!real) {
    const IntList whole_values = r.attr_ints("imputed_value_int64s");
    values.assign(whole_values.begin(), whole_values.end());
  }
  const auto n = static_cast<std::int64_t>(values.size());
  if (x.dim() == 0 || n == 0 || (n != 1 && n != x.size(-1)))
    r.fail("imputed values don't fit the input");
  const double replaced =
      real ? r.attr("replaced_value_float", 0.0)
           : static_cast<double>(r.attr("replaced_value_int64", std::int64_t{0}));
  const Tensor missing = std::isnan(replaced) ? ops::ne(x, x) : ops::eq(x, replaced);
  r.give(op("where", missing, float_tensor(values, {n}, x.dtype()), x));
}

void array_feature_extractor(NodeRun& r) {
  const Tensor& x = r.in(0);
  const Tensor at = wrap_indices(r, ops::reshape(r.in(1), Dims{-1}), x.dim() ? x.size(-1) : 0);
  const Tensor y = ops::index_select(x, -1, at);
  r.give(x.dim() == 1 ? ops::unsqueeze(y, 0) : y);
}

void feature_vectorizer(NodeRun& r) {
  TensorList parts;
  for (const Tensor& t : r.rest()) {
    const Tensor x = as(t, DType::Float32);
    parts.push_back(x.dim() == 1 ? ops::unsqueeze(x, 1)
                                 : ops::reshape(x, Dims{x.size(0), elements_from(x, 1)}));
  }
  r.give(ops::cat(parts, 1));
}

// ---- labels ----

// Values of one of the kinds that keys and labels come in.
struct Labels {
  std::vector<std::string> strings;
  FloatList numbers;
  DType dtype = DType::Int64;
  bool is_strings = false;
  std::size_t size() const { return is_strings ? strings.size() : numbers.size(); }
};

Labels labels_of(NodeRun& r, const std::string& prefix, const char* ints) {
  Labels out;
  out.strings = r.attr_strings((prefix + "strings").c_str());
  out.is_strings = !out.strings.empty();
  const IntList whole_numbers = r.attr_ints((prefix + ints).c_str());
  out.numbers.assign(whole_numbers.begin(), whole_numbers.end());
  if (!out.is_strings && out.numbers.empty()) {
    out.numbers = r.attr_floats((prefix + "floats").c_str());
    if (!out.numbers.empty()) out.dtype = DType::Float32;
  }
  return out;
}

Any labelled(const Labels& labels, const IntList& which, const Dims& shape) {
  if (labels.is_strings) {
    StringTensor out{shape, {}};
    for (const auto i : which) out.values.push_back(labels.strings[static_cast<std::size_t>(i)]);
    return out;
  }
  FloatList out;
  for (const auto i : which) out.push_back(labels.numbers[static_cast<std::size_t>(i)]);
  return float_tensor(out, shape, labels.dtype);
}

void label_encoder(NodeRun& r) {
  const Labels keys = labels_of(r, "keys_", "int64s");
  Labels values = labels_of(r, "values_", "int64s");
  if (keys.size() != values.size()) r.fail("keys and values don't go together");
  // What isn't found, behind the others.
  if (values.is_strings) values.strings.push_back(r.attr("default_string", "_Unused"));
  else if (values.dtype == DType::Float32) values.numbers.push_back(r.attr("default_float", -0.0));
  else values.numbers.push_back(static_cast<double>(r.attr("default_int64", std::int64_t{-1})));
  IntList found;
  const auto look = [&](const auto& list, const auto& x) {
    found.push_back(std::find(list.begin(), list.end(), x) - list.begin());
  };
  const bool strings = r.any(0).is_strings();
  if (strings != keys.is_strings) r.fail("its input has another type than its keys");
  if (strings)
    for (const auto& x : r.strings().values) look(keys.strings, x);
  else
    for (const double x : r.in().to_vector()) look(keys.numbers, x);
  r.give(labelled(values, found, strings ? r.strings().shape : r.in().shape()));
}

// Maps have no place here: the scores stay a tensor, in the order of the class labels.
void zip_map(NodeRun& r) { r.give(r.in()); }

// ---- scores ----

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

void transform(NodeRun& r, const std::string& kind, FloatList& scores) {
  if (kind == "NONE") return;
  if (kind == "LOGISTIC") {
    for (auto& s : scores) s = logistic(s);
    return;
  }
  if (kind == "PROBIT") r.fail("post_transform PROBIT is not supported");
  const bool keeps_zeros = kind == "SOFTMAX_ZERO";
  const double most = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (auto& s : scores) {
    s = keeps_zeros && std::abs(s) <= 1e-7 ? 0 : std::exp(s - most);
    sum += s;
  }
  for (auto& s : scores) s /= sum;
}

std::string transform_of(NodeRun& r) {
  return word(r, "post_transform", "NONE",
              {"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"});
}

// The classes' and the winners' outputs of a classifier, row by row.
struct Classified {
  FloatList scores;
  IntList winners;
  void give(NodeRun& r, const Labels& labels, std::int64_t rows) const {
    r.give(labelled(labels, winners, {rows}));
    const auto classes = static_cast<std::int64_t>(scores.size()) / std::max<std::int64_t>(rows, 1);
    r.out(1, float_tensor(scores, {rows, classes}, DType::Float32));
  }
};

// Of two classes with one score: both.
FloatList both(const std::string& kind, double score, bool is_share) {
  if (kind == "LOGISTIC") return {logistic(-score), logistic(score)};
  return {is_share ? 1 - score : -score, score};
}

// ---- linear models ----

// x coefficients' + intercepts, [rows, n].
Tensor linear(NodeRun& r, std::int64_t n) {
  const Tensor x = as(rows_of(r, r.in()), DType::Float32);
  const FloatList coefficients = r.attr_floats("coefficients"), given = r.attr_floats("intercepts");
  if (n < 1 || static_cast<std::int64_t>(coefficients.size()) != n * x.size(1))
    r.fail("coefficients don't fit the input");
  const Tensor y = ops::matmul(x, ops::t(float_tensor(coefficients, {n, x.size(1)}, x.dtype())));
  if (given.empty()) return y;
  if (static_cast<std::int64_t>(given.size()) != n) r.fail("intercepts don't fit coefficients");
  return ops::add(y, float_tensor(given, {n}, x.dtype()));
}

void linear_regressor(NodeRun& r) {
  const std::int64_t n = r.attr("targets", std::int64_t{1});
  const Tensor y = linear(r, n);
  const std::string kind = transform_of(r);
  if (kind == "NONE") return r.give(y);
  FloatList out;
  for (std::int64_t i = 0; i < y.size(0); ++i) {
    FloatList row = ops::select(y, 0, i).to_vector();
    transform(r, kind, row);
    out.insert(out.end(), row.begin(), row.end());
  }
  r.give(float_tensor(out, y.shape(), DType::Float32));
}

void linear_classifier(NodeRun& r) {
  const Labels labels = labels_of(r, "classlabels_", "ints");
  const Tensor x = rows_of(r, r.in());
  const auto count = static_cast<std::int64_t>(r.attr_floats("coefficients").size());
  const std::int64_t n = count / std::max<std::int64_t>(x.size(1), 1);
  const Tensor y = linear(r, n);
  const std::string kind = transform_of(r);
  const bool pair = n == 1 && labels.size() == 2;
  if (!pair && static_cast<std::int64_t>(labels.size()) != n) r.fail("class labels don't fit");
  Classified out;
  for (std::int64_t i = 0; i < y.size(0); ++i) {
    FloatList row = ops::select(y, 0, i).to_vector();
    if (pair) {
      out.winners.push_back(row[0] > 0);
      row = both(kind, row[0], true);
    } else {
      out.winners.push_back(std::max_element(row.begin(), row.end()) - row.begin());
      transform(r, kind, row);
    }
    out.scores.insert(out.scores.end(), row.begin(), row.end());
  }
  out.give(r, labels, y.size(0));
}

// ---- trees ----

class Trees {
 public:
  // `target`: "target" or "class".
  Trees(NodeRun& r, const std::string& target);
  std::size_t trees() const { return roots_.size(); }
  // f(target, weight) of the leaves that a row of features leads to.
  template <class F>
  void walk(NodeRun& r, const double* row, std::size_t width, F f) const;
  bool all_positive() const { return all_positive_; }
  // The target that all weights are for; -1 when there are several.
  std::int64_t only_target() const { return only_target_; }

 private:
  struct Leaf {
    std::int64_t target;
    double weight;
  };
  FloatList numbers(NodeRun& r, const std::string& name) const {
    const Any t = r.attr_tensor((name + "_as_tensor").c_str());
    return t.is_tensor() ? t.tensor().to_vector() : r.attr_floats(name.c_str());
  }
  std::vector<std::string> modes_;
  IntList features_, missing_;
  FloatList values_;
  std::vector<std::size_t> then_, else_, roots_;
  std::vector<std::vector<Leaf>> leaves_;
  bool all_positive_ = true;
  std::int64_t only_target_ = -1;
};

Trees::Trees(NodeRun& r, const std::string& target) {
  modes_ = r.attr_strings("nodes_modes");
  features_ = r.attr_ints("nodes_featureids");
  missing_ = r.attr_ints("nodes_missing_value_tracks_true");
  values_ = numbers(r, "nodes_values");
  const IntList tree = r.attr_ints("nodes_treeids"), node = r.attr_ints("nodes_nodeids"),
                yes = r.attr_ints("nodes_truenodeids"), no = r.attr_ints("nodes_falsenodeids");
  const std::size_t n = modes_.size();
  for (const std::size_t size :
       {features_.size(), values_.size(), tree.size(), node.size(), yes.size(), no.size()})
    if (size != n) r.fail("the lists of its nodes have different lengths");
  missing_.resize(n, 0);
  std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> place;
  for (std::size_t i = 0; i < n; ++i) place[{tree[i], node[i]}] = i;
  const auto find = [&](std::int64_t t, std::int64_t id) {
    const auto it = place.find({t, id});
    if (it == place.end())
      r.fail("tree " + std::to_string(t) + " has no node " + std::to_string(id));
    return it->second;
  };
  std::vector<char> is_child(n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const bool leaf = modes_[i] == "LEAF";
    then_.push_back(leaf ? i : find(tree[i], yes[i]));
    else_.push_back(leaf ? i : find(tree[i], no[i]));
    if (!leaf) is_child[then_[i]] = is_child[else_[i]] = 1;
  }
  for (std::size_t i = 0; i < n; ++i)
    if (!is_child[i]) roots_.push_back(i);
  const IntList leaf_tree = r.attr_ints((target + "_treeids").c_str()),
                leaf_node = r.attr_ints((target + "_nodeids").c_str()),
                ids = r.attr_ints((target + "_ids").c_str());
  const FloatList weights = numbers(r, target + "_weights");
  if (leaf_tree.size() != weights.size() || leaf_node.size() != weights.size() ||
      ids.size() != weights.size())
    r.fail("the lists of its leaves have different lengths");
  leaves_.resize(n);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    leaves_[find(leaf_tree[i], leaf_node[i])].push_back({ids[i], weights[i]});
    all_positive_ = all_positive_ && weights[i] >= 0;
  }
  if (!ids.empty() && std::all_of(ids.begin(), ids.end(), [&](auto id) { return id == ids[0]; }))
    only_target_ = ids[0];
}

template <class F>
void Trees::walk(NodeRun& r, const double* row, std::size_t width, F f) const {
  for (std::size_t at : roots_) {
    std::size_t steps = 0;
    while (modes_[at] != "LEAF") {
      const auto feature = static_cast<std::size_t>(features_[at]);
      if (feature >= width) r.fail("a node asks for a feature that the input doesn't have");
      if (++steps > modes_.size()) r.fail("its nodes go round in a circle");
      const double x = row[feature], v = values_[at];
      const std::string& mode = modes_[at];
      const bool yes = mode == "BRANCH_LEQ"   ? x <= v
                       : mode == "BRANCH_LT"  ? x < v
                       : mode == "BRANCH_GTE" ? x >= v
                       : mode == "BRANCH_GT"  ? x > v
                       : mode == "BRANCH_EQ"  ? x == v
                       : mode == "BRANCH_NEQ" ? x != v
                                              : (r.fail("mode " + mode + " is not known"), false);
      at = yes || (std::isnan(x) && missing_[at] != 0) ? then_[at] : else_[at];
    }
    spend(r, static_cast<double>(steps));
    for (const Leaf& leaf : leaves_[at]) f(leaf.target, leaf.weight);
  }
}

FloatList base_values(NodeRun& r) {
  const Any t = r.attr_tensor("base_values_as_tensor");
  return t.is_tensor() ? t.tensor().to_vector() : r.attr_floats("base_values");
}

void tree_regressor(NodeRun& r) {
  const Tensor x = rows_of(r, r.in());
  const std::int64_t n = r.attr("n_targets", std::int64_t{1});
  if (n < 1 || n > 1000000) r.fail("n_targets must be positive");
  const Trees trees(r, "target");
  const std::string how = word(r, "aggregate_function", "SUM", {"SUM", "AVERAGE", "MIN", "MAX"}),
                    kind = transform_of(r);
  const FloatList base = base_values(r), all = x.to_vector();
  if (!base.empty() && base.size() != 1 && static_cast<std::int64_t>(base.size()) != n)
    r.fail("base_values don't fit n_targets");
  const auto width = static_cast<std::size_t>(x.size(1));
  FloatList out;
  for (std::int64_t i = 0; i < x.size(0); ++i) {
    FloatList row(static_cast<std::size_t>(n), 0);
    std::vector<char> seen(row.size(), 0);
    trees.walk(
        r, all.data() + static_cast<std::size_t>(i) * width, width,
        [&](std::int64_t target, double weight) {
          const auto k = static_cast<std::size_t>(target);
          if (k >= row.size()) r.fail("a leaf is for a target that there isn't");
          if (how == "MIN" || how == "MAX") {
            const bool better = !seen[k] || (how == "MIN" ? weight < row[k] : weight > row[k]);
            if (better) row[k] = weight;
          } else {
            row[k] += how == "AVERAGE" ? weight / static_cast<double>(trees.trees()) : weight;
          }
          seen[k] = 1;
        });
    for (std::size_t k = 0; k < row.size(); ++k)
      if (!base.empty()) row[k] += base[base.size() > 1 ? k : 0];
    transform(r, kind, row);
    out.insert(out.end(), row.begin(), row.end());
  }
  r.give(float_tensor(out, {x.size(0), n}, DType::Float32));
}

void tree_classifier(NodeRun& r) {
  const Tensor x = rows_of(r, r.in());
  const Labels labels = labels_of(r, "classlabels_", "int64s");
  if (labels.size() == 0) r.fail("it has no class labels");
  const Trees trees(r, "class");
  const std::string kind = transform_of(r);
  const FloatList base = base_values(r), all = x.to_vector();
  if (!base.empty() && base.size() != 1 && base.size() != labels.size())
    r.fail("base_values don't fit the class labels");
  const auto width = static_cast<std::size_t>(x.size(1));
  const bool two = labels.size() == 2;
  Classified out;
  for (std::int64_t i = 0; i < x.size(0); ++i) {
    FloatList row(labels.size(), 0);
    trees.walk(r, all.data() + static_cast<std::size_t>(i) * width, width,
               [&](std::int64_t target, double weight) {
                 const auto k = static_cast<std::size_t>(target);
                 if (k >= row.size()) r.fail("a leaf is for a class that there isn't");
                 row[k] += weight;
               });
    // onnxruntime decides between two classes by one score: that of the only class with weights,
    // of the second one otherwise.
    const bool single = two && trees.only_target() >= 0, share = trees.all_positive();
    const auto decisive = static_cast<std::size_t>(single ? trees.only_target() : 1);
    for (std::size_t k = 0; k < row.size(); ++k)
      if (!base.empty() && (!single || k == decisive)) row[k] += base[base.size() > 1 ? k : 0];
    if (two) out.winners.push_back(row[decisive] > (single && share ? 0.5 : 0));
    else out.winners.push_back(std::max_element(row.begin(), row.end()) - row.begin());
    if (single && decisive == 0) row = both(kind, row[0], share);
    else transform(r, kind, row);
    out.scores.insert(out.scores.end(), row.begin(), row.end());
  }
  out.give(r, labels, x.size(0));
}

const KernelRow kRows[] = {
    {"Scaler", 1, scaler},
    {"Normalizer", 1, normalizer},
    {"Binarizer", 1, binarizer},
    {"Imputer", 1, imputer},
    {"ArrayFeatureExtractor", 1, array_feature_extractor},
    {"FeatureVectorizer", 1, feature_vectorizer},
    {"LabelEncoder", 2, label_encoder},
    {"ZipMap", 1, zip_map},
    {"LinearRegressor", 1, linear_regressor},
    {"LinearClassifier", 1, linear_classifier},
    {"TreeEnsembleRegressor", 1, tree_regressor},
    {"TreeEnsembleClassifier", 1, tree_classifier},
};

}  // namespace

void add_learning_kernels() { add_kernels(kRows, "ai.onnx.ml"); }

}  // namespace gradbox::onnx
