#include "record/updates.h"

#include <cmath>

#include "core/json.h"
#include "record/graph.h"
#include "record/recorder.h"
#include "record/statistics.h"

namespace gradbox::record {

namespace {

constexpr int kMaxParams = 40;
constexpr std::int64_t kFirstSteps = 6;
constexpr double kEveryMs = 100;
constexpr int kDigits = 6;
constexpr std::size_t kMaxText = 1 << 20;  // between drains

struct Log {
  std::int64_t step = 0;
  double watched = 0;
  std::string text;
};
Log& log() {
  static auto* l = new Log;
  return *l;
}

std::string distribution(const Tensor& t) {
  const Statistics s = summarize({t});
  if (s.finite == 0) return "null";
  std::string bins;
  for (const auto n : histogram({t}, s)) bins += (bins.empty() ? "" : ",") + std::to_string(n);
  return "{\"min\":" + json_rounded(s.min, kDigits) + ",\"mean\":" + json_rounded(s.mean, kDigits) +
         ",\"max\":" + json_rounded(s.max, kDigits) + ",\"std\":" + json_rounded(s.std, kDigits) +
         ",\"bins\":[" + bins + "]}";
}

// Norms of the difference and of the first.
double update_ratio(const Tensor& before, const Tensor& after) {
  const Tensor a = before.to_raw(DType::Float64).contiguous_raw(),
               b = after.to_raw(DType::Float64).contiguous_raw();
  const auto* p = a.data<double>();
  const auto* q = b.data<double>();
  double moved = 0, size = 0;
  for (std::int64_t i = 0, n = a.numel(); i < n; ++i) {
    moved += (q[i] - p[i]) * (q[i] - p[i]);
    size += p[i] * p[i];
  }
  return std::sqrt(moved / size);
}

}  // namespace

StepWatch::StepWatch() : watches_(enabled()) {
  if (!watches_) return;
  Log& l = log();
  ++l.step;
  watches_ =
      (l.step <= kFirstSteps || now_ms() - l.watched >= kEveryMs) && l.text.size() < kMaxText;
  if (watches_) names_ = parameter_names();
}

void StepWatch::before(const Tensor& param) {
  if (count_ < kMaxParams) copy_ = param.clone_raw();
}

void StepWatch::after(const Tensor& param, const Tensor& grad) {
  const int place = count_++;
  if (place >= kMaxParams) return;
  const auto found = names_.find(param.impl());
  const std::string name = found == names_.end() ? "param " + std::to_string(place) : found->second;
  params_ += (params_.empty() ? "" : ",") + ("{\"name\":" + json_quote(name)) +
             ",\"ratio\":" + json_rounded(update_ratio(copy_, param), kDigits) +
             ",\"weight\":" + distribution(param) + ",\"grad\":" + distribution(grad) + "}";
}

StepWatch::~StepWatch() {
  if (!watches_) return;
  Log& l = log();
  l.text += (l.text.empty() ? "" : ",") + ("{\"step\":" + std::to_string(l.step)) +
            ",\"lr\":" + json_number(lr_) + ",\"params\":[" + params_ + "]}";
  l.watched = now_ms();
}

std::string drain_updates() {
  std::string out = "[" + log().text + "]";
  log().text.clear();
  return out;
}

}  // namespace gradbox::record
