// A property test: a function of random choices that says what is wrong, run many times; a failing
// run is made smaller before it is shown. A run is the list of its choices, so that shrinking is
// the same for every property: shorter lists and smaller numbers, where 0 stands for the simplest.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <vector>

namespace gradbox::property {

using Choices = std::vector<std::uint32_t>;

// Gives choices: recorded ones first, then random ones (or zeros, when shrinking).
class Source {
 public:
  explicit Source(std::uint64_t seed) : state_(seed) {}
  explicit Source(Choices given) : given_(std::move(given)), random_(false) {}

  // 0 <= result < n
  std::uint32_t below(std::uint32_t n) {
    std::uint32_t c = 0;
    if (made_.size() < given_.size()) {
      c = given_[made_.size()];
    } else if (random_) {
      state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
      c = static_cast<std::uint32_t>(state_ >> 33U);
    }
    c = n ? c % n : 0;
    made_.push_back(c);
    return c;
  }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint32_t>(high - low + 1)));
  }
  // True once in n.
  bool once_in(std::uint32_t n) { return below(n) == n - 1; }
  const Choices& made() const { return made_; }

  std::string about;  // the case in words, set before the core is called

 private:
  Choices given_, made_;
  std::uint64_t state_ = 0;
  bool random_ = true;
};

// "" when the property holds; otherwise the case and what is wrong with it. What the core throws is
// told after Source::about.
using Property = std::function<std::string(Source&)>;

inline std::string outcome(const Property& property, Source& source) {
  try {
    return property(source);
  } catch (const std::exception& e) {
    return source.about + "\n  throws   " + e.what();
  }
}

// The shortest and smallest choices that still fail, and what they fail with.
inline std::string shrink(const Property& property, Choices& choices) {
  std::string failure = "it fails now and then";
  const auto fails = [&](const Choices& c) {
    Source source(c);
    std::string text = outcome(property, source);
    if (text.empty()) return false;
    failure = std::move(text);
    choices = source.made();
    while (!choices.empty() && choices.back() == 0) choices.pop_back();
    return true;
  };
  fails(Choices(choices));
  int left = 3000;
  for (bool smaller = true; smaller && left > 0;) {
    smaller = false;
    const auto attempt = [&](const Choices& c) {
      const Choices before = choices;
      const std::string text = failure;
      const bool simpler =
          --left > 0 && fails(c) && (choices.size() < before.size() || choices < before);
      if (!simpler) {
        choices = before;
        failure = text;
      }
      smaller = smaller || simpler;
      return simpler;
    };
    for (std::size_t width = 8; width > 0; width /= 2) {
      for (std::size_t at = 0; at + width <= choices.size();) {
        Choices c = choices;
        const auto first = c.begin() + static_cast<std::ptrdiff_t>(at);
        c.erase(first, first + static_cast<std::ptrdiff_t>(width));
        if (!attempt(c)) ++at;
      }
    }
    for (std::size_t at = 0; at < choices.size(); ++at) {
      for (const std::uint32_t value : {0U, choices[at] / 2, choices[at] - 1}) {
        if (at >= choices.size() || value >= choices[at]) continue;
        Choices c = choices;
        c[at] = value;
        if (attempt(c)) break;
      }
    }
  }
  return failure;
}

// Runs the property `runs` times from a fixed seed; fails with the smallest case that was found and
// the call that repeats it.
inline void check_property(const char* name, int runs, const Property& property) {
  for (int run = 0; run < runs; ++run) {
    Source source(static_cast<std::uint64_t>(run) * 0x9E3779B97F4A7C15ULL + 20261124);
    if (outcome(property, source).empty()) continue;
    Choices choices = source.made();
    const std::string failure = shrink(property, choices);
    std::string list;
    for (const auto c : choices) list += (list.empty() ? "" : ", ") + std::to_string(c);
    FAIL(name << ", run " << run << ":\n"
              << failure << "\nAgain: Source source(Choices{" << list << "});");
  }
  SUCCEED();
}

}  // namespace gradbox::property
