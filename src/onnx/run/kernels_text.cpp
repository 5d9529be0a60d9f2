// Tensors of strings.
#include <algorithm>
#include <cmath>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

// ASCII only: the core has no tables of other alphabets.
std::string cased(std::string s, bool upper) {
  for (char& c : s)
    if (upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z') c = static_cast<char>(c ^ 0x20);
  return s;
}

void string_normalizer(NodeRun& r) {
  const StringTensor& x = r.strings();
  const std::string change = word(r, "case_change_action", "NONE", {"NONE", "LOWER", "UPPER"});
  const bool sensitive = r.attr("is_case_sensitive", std::int64_t{0}) != 0;
  std::vector<std::string> stop = r.attr_strings("stopwords");
  if (!sensitive)
    for (auto& s : stop) s = cased(s, false);
  StringTensor out;
  for (const auto& s : x.values) {
    if (std::find(stop.begin(), stop.end(), sensitive ? s : cased(s, false)) != stop.end())
      continue;
    out.values.push_back(change == "NONE" ? s : cased(s, change == "UPPER"));
  }
  if (out.values.empty()) out.values.emplace_back();
  if (x.shape.size() == 2) out.shape.push_back(1);
  out.shape.push_back(static_cast<std::int64_t>(out.values.size()));
  r.give(std::move(out));
}

// Counts of the n-grams of a pool, weighted. Items are numbers or strings; strings are looked up.
void tfidf_vectorizer(NodeRun& r) {
  const Any& x = r.any(0);
  const Dims shape = x.is_strings() ? x.strings().shape : r.in().shape();
  const std::vector<std::string> words = r.attr_strings("pool_strings");
  IntList pool = r.attr_ints("pool_int64s"), items;
  if (x.is_strings()) {
    const auto number = [&](const std::string& s) {
      return static_cast<std::int64_t>(std::find(words.begin(), words.end(), s) - words.begin());
    };
    for (const auto& s : words) pool.push_back(number(s));
    for (const auto& s : x.strings().values)  // -1: in no n-gram
      items.push_back(std::find(words.begin(), words.end(), s) == words.end() ? -1 : number(s));
  } else {
    items = to_ints(r.in());
  }
  const IntList starts = r.attr_ints("ngram_counts"), indices = r.attr_ints("ngram_indexes");
  const std::int64_t least = r.attr("min_gram_length", std::int64_t{1}),
                     most = r.attr("max_gram_length", std::int64_t{1}),
                     skips = r.attr("max_skip_count", std::int64_t{0});
  const std::string mode = word(r, "mode", "", {"TF", "IDF", "TFIDF"});
  const FloatList weights = r.attr_floats("weights");
  if (shape.empty() || shape.size() > 2) r.fail("the input must have one or two dimensions");
  if (indices.empty()) r.fail("ngram_indexes is empty");
  const std::int64_t last = *std::max_element(indices.begin(), indices.end()),
                     rows = shape.size() == 2 ? shape[0] : 1, columns = shape.back();
  if (last < 0 || last >= (1 << 26) / std::max<std::int64_t>(rows, 1))
    r.fail("ngram_indexes is out of range");
  const std::int64_t width = last + 1, gaps = std::min(std::max<std::int64_t>(skips, 0), columns);
  FloatList out(static_cast<std::size_t>(rows * width), 0);
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t* line = items.data() + row * columns;
    std::size_t gram = 0;  // number of the n-gram, over all lengths
    for (std::size_t n = 1; n <= starts.size(); ++n) {
      const auto length = static_cast<std::int64_t>(n);
      const std::int64_t from = starts[n - 1], to = n < starts.size()
                                                        ? starts[n]
                                                        : static_cast<std::int64_t>(pool.size());
      if (from < 0 || to > static_cast<std::int64_t>(pool.size()))
        r.fail("ngram_counts doesn't fit");
      for (std::int64_t p = from; p <= to - length; p += length, ++gram) {
        if (length < least || length > most) continue;
        std::int64_t count = 0;
        spend(r, static_cast<double>(columns) * static_cast<double>(length == 1 ? 1 : gaps + 1));
        for (std::int64_t skip = 1; skip <= (length == 1 ? 1 : gaps + 1); ++skip)
          for (std::int64_t i = 0; i + (length - 1) * skip < columns; ++i) {
            std::int64_t k = 0;
            while (k < length && line[i + k * skip] == pool[static_cast<std::size_t>(p + k)]) ++k;
            count += k == length;
          }
        if (count == 0) continue;
        const double weight = gram < weights.size() ? weights[gram] : 1;
        if (gram >= indices.size() || indices[gram] < 0) r.fail("ngram_indexes doesn't fit");
        out[static_cast<std::size_t>(row * width + indices[gram])] =
            mode == "TF"    ? static_cast<double>(count)
            : mode == "IDF" ? weight
                            : weight * static_cast<double>(count);
      }
    }
  }
  r.give(float_tensor(out, shape.size() == 2 ? Dims{rows, width} : Dims{width}, DType::Float32));
}

// Positions of the elements of a tensor of this shape, broadcast to another.
IntList positions(const Dims& shape, const Dims& target) {
  IntList all;
  for (std::int64_t i = 0; i < product(shape); ++i) all.push_back(i);
  return to_ints(ops::expand(int_tensor(all, shape), target));
}

void string_concat(NodeRun& r) {
  const StringTensor &a = r.strings(0), &b = r.strings(1);
  StringTensor out{broadcast_shapes(a.shape, b.shape), {}};
  check_room(r, static_cast<double>(product(out.shape)), sizeof(std::string) + 16);
  spend(r, static_cast<double>(product(out.shape)));
  const IntList i = positions(a.shape, out.shape), j = positions(b.shape, out.shape);
  for (std::size_t k = 0; k < i.size(); ++k)
    out.values.push_back(a.values[static_cast<std::size_t>(i[k])] +
                         b.values[static_cast<std::size_t>(j[k])]);
  r.give(std::move(out));
}

// Python's str.split: without a delimiter, at runs of white space.
std::vector<std::string> split(const std::string& s, const std::string& by, std::int64_t most) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  const char* blank = " \t\n\r\f\v";
  if (by.empty()) at = s.find_first_not_of(blank);
  if (by.empty() && at == std::string::npos) return parts;
  if (s.empty()) return parts;
  while (most < 0 || static_cast<std::int64_t>(parts.size()) < most) {
    const std::size_t end = by.empty() ? s.find_first_of(blank, at) : s.find(by, at);
    if (end == std::string::npos) break;
    const std::size_t next = by.empty() ? s.find_first_not_of(blank, end) : end + by.size();
    parts.push_back(s.substr(at, end - at));
    if (next == std::string::npos) return parts;
    at = next;
  }
  std::string rest = s.substr(at);
  if (by.empty()) rest.erase(rest.find_last_not_of(blank) + 1);
  parts.push_back(rest);
  return parts;
}

void string_split(NodeRun& r) {
  const StringTensor& x = r.strings();
  const std::string by = r.attr("delimiter", "");
  const std::int64_t most = r.attr("maxsplit", std::int64_t{-1});
  std::vector<std::vector<std::string>> all;
  std::size_t width = 0;
  IntList counts;
  for (const auto& s : x.values) {
    all.push_back(split(s, by, most));
    width = std::max(width, all.back().size());
    counts.push_back(static_cast<std::int64_t>(all.back().size()));
  }
  check_room(r, static_cast<double>(all.size()) * static_cast<double>(width), sizeof(std::string));
  StringTensor out{x.shape, {}};
  out.shape.push_back(static_cast<std::int64_t>(width));
  for (auto& parts : all) {
    parts.resize(width);
    out.values.insert(out.values.end(), parts.begin(), parts.end());
  }
  r.give(std::move(out));
  r.out(1, int_tensor(counts, x.shape));
}

const KernelRow kRows[] = {
    {"StringNormalizer", 10, string_normalizer},
    {"TfIdfVectorizer", 9, tfidf_vectorizer},
    {"StringConcat", 20, string_concat},
    {"StringSplit", 20, string_split},
};

}  // namespace

void add_text_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
