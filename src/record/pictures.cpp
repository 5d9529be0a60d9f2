#include "record/pictures.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "core/error.h"
#include "core/json.h"
#include "record/recorder.h"
#include "record/tiles.h"

namespace gradbox::record {

namespace {

constexpr std::size_t kMaxModels = 3;
constexpr std::size_t kMaxPoints = 600;
constexpr std::int64_t kSide = 40;    // of the plane, in cells
constexpr std::int64_t kAlong = 120;  // the line
constexpr std::int64_t kMaxColumns = 64;
constexpr std::int64_t kMaxLines = 4;
// The time between two pictures of a model, and how many times as long as the picture took it is.
constexpr double kFirstMs = 150, kEveryMs = 250, kEveryImageMs = 500, kRest = 25;
// Calls of operators for one picture.
constexpr std::int64_t kMaxCalls = 60000;

enum class Shows { Class, Probability, Value };

struct Point {
  double x, y, target;
  bool operator<(const Point& o) const {
    if (x != o.x) return x < o.x;
    return y != o.y ? y < o.y : target < o.target;
  }
};

struct Model {
  int id = 0;
  std::unique_ptr<TracedForward> forward;
  std::set<Point> points;  // of the batches that came by
  Tensor sample;           // the first image that did, and what it is
  double sample_target = NAN;
  double due = 0;
  bool changed = true;
  bool failed = false;  // the present forward can't be run again
};

std::vector<Model>& models() {
  static auto* list = new std::vector<Model>;
  return *list;
}

bool is_image(const TracedForward& f) { return f.input.dim() == 4; }
std::int64_t features(const TracedForward& f) { return f.input.dim() == 1 ? 1 : f.input.size(1); }
std::int64_t batch(const TracedForward& f) { return f.input.size(0); }
std::int64_t columns(const TracedForward& f) { return product(f.output_shape) / f.output_shape[0]; }

bool compares_classes(const TracedForward& f) {
  return f.loss == "cross_entropy" || f.loss == "nll_loss" || f.loss == "multi_margin_loss";
}
bool compares_probabilities(const TracedForward& f) {
  return f.loss.compare(0, 20, "binary_cross_entropy") == 0;
}

Shows shows(const TracedForward& f) {
  if (columns(f) > 1 && (compares_classes(f) || compares_probabilities(f))) return Shows::Class;
  return compares_probabilities(f) ? Shows::Probability : Shows::Value;
}

// One number a sample: the class, or the value; of one-hot rows the place of the one.
std::vector<double> targets(const TracedForward& f) {
  if (!f.target.defined()) return {};
  std::vector<double> all = f.target.to_vector();
  const auto n = static_cast<std::size_t>(batch(f));
  if (all.size() == n) return all;
  if (shows(f) != Shows::Class || n == 0 || all.size() % n != 0) return {};
  const std::size_t wide = all.size() / n;
  std::vector<double> out(n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = all.begin() + static_cast<std::ptrdiff_t>(i * wide);
    out[i] =
        static_cast<double>(std::max_element(row, row + static_cast<std::ptrdiff_t>(wide)) - row);
  }
  return out;
}

void add_points(Model& m) {
  const TracedForward& f = *m.forward;
  const std::size_t width = static_cast<std::size_t>(features(f));
  const std::vector<double> values = f.input.to_vector(), target = targets(f);
  for (std::size_t i = 0; i < static_cast<std::size_t>(batch(f)) && m.points.size() < kMaxPoints;
       ++i) {
    const Point p = {values[i * width], width > 1 ? values[i * width + 1] : 0,
                     i < target.size() ? target[i] : NAN};
    if (std::isfinite(p.x) && std::isfinite(p.y)) m.points.insert(p);
  }
}

void keep_sample(Model& m) {
  const TracedForward& f = *m.forward;
  Dims shape = f.input.shape();
  shape[0] = 1;
  if (m.sample.defined() && m.sample.shape() == shape) return;
  m.sample = f.input.alias(shape, f.input.strides(), f.input.offset()).clone_raw();
  const std::vector<double> target = targets(f);
  m.sample_target = target.empty() ? NAN : target[0];
}

// ---- running the model on other data ----

// Whether the output has a row for each of the inputs' and is otherwise as it was.
bool answers(const TracedForward& f, const Tensor& out, std::int64_t rows) {
  Dims wanted = f.output_shape;
  wanted[0] = rows;
  return out.defined() && out.shape() == wanted;
}

// The outputs for `rows` inputs, one after the other; empty when the model can't take them. What
// was written for one size of batch is run in batches of that size.
std::vector<double> outputs(const TracedForward& f, const Tensor& input) {
  const std::int64_t rows = input.size(0), n = batch(f);
  try {
    const Tensor out = replay(f, input.clone_raw());
    if (answers(f, out, rows)) return out.to_vector();
  } catch (const Error&) {
  }
  const std::int64_t runs = (rows + n - 1) / n;
  if (f.input.dim() < 2 || runs * static_cast<std::int64_t>(f.ops.size()) > kMaxCalls) return {};
  std::vector<double> all;
  Dims shape = input.shape();
  shape[0] = n;
  try {
    for (std::int64_t k = 0; k < runs; ++k) {
      // The last batch reaches back over the one before.
      const std::int64_t from = std::max<std::int64_t>(0, std::min(k * n, rows - n));
      Tensor part = Tensor::empty(shape, input.dtype());
      if (rows >= n)
        part.copy_raw(
            input.alias(shape, input.strides(), input.offset() + from * input.strides()[0]));
      else part.copy_raw(f.input);
      if (rows < n) {
        Dims head = shape;
        head[0] = rows;
        part.alias(head, part.strides(), 0).copy_raw(input);
      }
      const Tensor out = replay(f, part);
      if (!answers(f, out, n)) return {};
      const std::vector<double> values = out.to_vector();
      const auto skip = static_cast<std::ptrdiff_t>((k * n - from) * columns(f));
      all.insert(all.end(), values.begin() + skip, values.end());
    }
  } catch (const Error&) {
    return {};
  }
  all.resize(static_cast<std::size_t>(rows * columns(f)));
  return all;
}

// Scores of classes as probabilities, row by row; a single score by the sigmoid where the loss does
// so.
void normalise(const TracedForward& f, std::vector<double>& values) {
  const auto wide = static_cast<std::size_t>(columns(f));
  if (compares_classes(f) && wide > 1) {
    for (std::size_t i = 0; i + wide <= values.size(); i += wide) {
      const auto row = values.begin() + static_cast<std::ptrdiff_t>(i),
                 end = row + static_cast<std::ptrdiff_t>(wide);
      const double most = *std::max_element(row, end);
      double sum = 0;
      for (auto v = row; v != end; ++v) sum += * v = std::exp(*v - most);
      for (auto v = row; v != end; ++v) *v /= sum;
    }
  } else if (f.loss == "binary_cross_entropy_with_logits") {
    for (double& v : values) v = 1 / (1 + std::exp(-v));
  }
}

// ---- text ----

std::string text(double v) { return json_rounded(v, 4); }

template <class List, class F>
std::string listed(const List& list, F f) {
  std::string out = "[";
  for (const auto& v : list) out += (out.size() > 1 ? "," : "") + f(v);
  return out + "]";
}
std::string numbers(const std::vector<double>& list) { return listed(list, text); }

std::string head(const char* kind, const Model& m) {
  return std::string("{\"kind\":\"") + kind + "\",\"id\":" + std::to_string(m.id) +
         ",\"model\":" + json_quote(m.forward->model);
}
const char* name_of(Shows s) {
  return s == Shows::Class ? "class" : s == Shows::Probability ? "probability" : "value";
}

struct Range {
  double low, high;
  double at(std::int64_t i, std::int64_t n) const {
    return low + (high - low) * static_cast<double>(i) / static_cast<double>(n - 1);
  }
  std::string json() const { return "[" + text(low) + "," + text(high) + "]"; }
};

// Of the points, and some way around.
Range range_of(const Model& m, double Point::*which) {
  Range r = {INFINITY, -INFINITY};
  for (const Point& p : m.points) {
    r.low = std::min(r.low, p.*which);
    r.high = std::max(r.high, p.*which);
  }
  const double margin = r.high > r.low ? (r.high - r.low) * 0.12 : 1;
  return {r.low - margin, r.high + margin};
}

Tensor as_input(const TracedForward& f, const std::vector<double>& values) {
  Dims shape = f.input.shape();
  shape[0] = static_cast<std::int64_t>(values.size()) / features(f);
  return Tensor::from_vector(values, shape).to_raw(f.input.dtype());
}

// ---- the pictures; "" when the model can't be run again ----

std::string plane(const Model& m) {
  const TracedForward& f = *m.forward;
  const Range xs = range_of(m, &Point::x), ys = range_of(m, &Point::y);
  std::vector<double> grid;
  for (std::int64_t row = 0; row < kSide; ++row)
    for (std::int64_t column = 0; column < kSide; ++column) {
      grid.push_back(xs.at(column, kSide));
      grid.push_back(ys.at(row, kSide));
    }
  std::vector<double> values = outputs(f, as_input(f, grid));
  if (values.empty()) return "";
  normalise(f, values);
  const auto wide = static_cast<std::size_t>(columns(f));
  std::vector<double> cells, sure;
  for (std::size_t i = 0; i + wide <= values.size(); i += wide) {
    if (shows(f) != Shows::Class) {
      cells.push_back(values[i]);
      continue;
    }
    const auto row = values.begin() + static_cast<std::ptrdiff_t>(i);
    const auto best = std::max_element(row, row + static_cast<std::ptrdiff_t>(wide));
    cells.push_back(static_cast<double>(best - row));
    sure.push_back(std::round(std::clamp(*best, 0.0, 1.0) * 100));
  }
  const std::string side = std::to_string(kSide);
  return head("plane", m) + ",\"shows\":\"" + name_of(shows(f)) +
         "\",\"classes\":" + std::to_string(wide) + ",\"x\":" + xs.json() + ",\"y\":" + ys.json() +
         ",\"columns\":" + side + ",\"rows\":" + side + ",\"cells\":" + numbers(cells) +
         ",\"sure\":" + numbers(sure) +
         ",\"points\":{\"x\":" + listed(m.points, [](const Point& p) { return text(p.x); }) +
         ",\"y\":" + listed(m.points, [](const Point& p) { return text(p.y); }) +
         ",\"target\":" + listed(m.points, [](const Point& p) { return text(p.target); }) + "}}";
}

std::string line(const Model& m) {
  const TracedForward& f = *m.forward;
  const Range xs = range_of(m, &Point::x);
  std::vector<double> along;
  for (std::int64_t i = 0; i < kAlong; ++i) along.push_back(xs.at(i, kAlong));
  std::vector<double> values = outputs(f, as_input(f, along));
  if (values.empty()) return "";
  normalise(f, values);
  const auto wide = static_cast<std::size_t>(columns(f));
  std::string lines;
  for (std::size_t k = 0; k < wide && k < static_cast<std::size_t>(kMaxLines); ++k) {
    std::vector<double> one;
    for (std::size_t i = k; i < values.size(); i += wide) one.push_back(values[i]);
    lines += (k ? "," : "") + numbers(one);
  }
  return head("line", m) + ",\"shows\":\"" + name_of(shows(f)) + "\",\"x\":" + numbers(along) +
         ",\"outputs\":[" + lines +
         "],\"points\":{\"x\":" + listed(m.points, [](const Point& p) { return text(p.x); }) +
         ",\"target\":" + listed(m.points, [](const Point& p) { return text(p.target); }) + "}}";
}

std::string image(const Model& m) {
  const TracedForward& f = *m.forward;
  std::vector<Tensor> slots;
  Tensor out;
  try {
    out = replay(f, m.sample.clone_raw(), &slots);
    if (!answers(f, out, 1)) out = Tensor();
  } catch (const Error&) {
  }
  if (!out.defined()) {
    // Written for one size of batch: the sample comes first in the batch that was.
    try {
      const Tensor whole = f.input.clone_raw();
      whole.alias(m.sample.shape(), whole.strides(), 0).copy_raw(m.sample);
      out = replay(f, whole, &slots);
    } catch (const Error&) {
      return "";
    }
    if (!answers(f, out, batch(f))) return "";
  }
  double predicted = NAN;
  if (compares_classes(f) && f.output_shape.size() == 2) {
    const std::vector<double> scores = out.to_vector();
    const auto end = scores.begin() + static_cast<std::ptrdiff_t>(columns(f));
    predicted = static_cast<double>(std::max_element(scores.begin(), end) - scores.begin());
  }
  const std::string layers = layer_tiles(f, slots);
  if (layers.empty()) return "";
  return head("image", m) + ",\"target\":" + text(m.sample_target) +
         ",\"predicted\":" + text(predicted) + ",\"image\":" + image_tiles(m.sample) +
         ",\"layers\":[" + layers + "]}";
}

std::string picture(const Model& m) {
  if (is_image(*m.forward)) return image(m);
  if (m.points.empty()) return "";
  return features(*m.forward) == 2 ? plane(m) : line(m);
}

bool can_be_pictured(const TracedForward& f) {
  if (is_image(f)) return true;
  const std::int64_t wide = columns(f);
  return wide >= 1 && wide <= kMaxColumns && (wide <= kMaxLines || shows(f) == Shows::Class) &&
         f.output_shape.size() <= 2;
}

}  // namespace

void keep_forward(std::unique_ptr<TracedForward> forward) {
  if (!forward || !can_be_pictured(*forward)) return;
  auto& list = models();
  auto it = std::find_if(list.begin(), list.end(),
                         [&](const Model& m) { return m.forward->key == forward->key; });
  if (it != list.end() && (it->forward->input.dim() != forward->input.dim() ||
                           (!is_image(*forward) && features(*it->forward) != features(*forward)))) {
    list.erase(it);
    it = list.end();
  }
  if (it == list.end()) {
    if (list.size() >= kMaxModels) list.erase(list.begin());
    static int ids = 0;
    list.emplace_back();
    it = list.end() - 1;
    it->id = ++ids;
    // A run that is over before has one picture, at its end.
    it->due = now_ms() + kFirstMs;
  }
  it->forward = std::move(forward);
  it->changed = true;
  it->failed = false;
  if (is_image(*it->forward)) keep_sample(*it);
  else if (it->points.size() < kMaxPoints) add_points(*it);
}

void forget_forwards() { models().clear(); }

std::string drain_pictures(bool all) {
  std::string out;
  for (Model& m : models()) {
    const double began = now_ms();
    if (!m.changed || m.failed || (!all && began < m.due)) continue;
    const std::string json = picture(m);
    const double ended = now_ms();
    m.due =
        ended + std::max(is_image(*m.forward) ? kEveryImageMs : kEveryMs, kRest * (ended - began));
    m.changed = false;
    m.failed = json.empty();
    if (!json.empty()) out += (out.empty() ? "" : ",") + json;
  }
  if (all) forget_forwards();
  return out.empty() ? "" : "[" + out + "]";
}

}  // namespace gradbox::record
