// Mutation by structure, for libFuzzer: a model is taken apart into the fields of its messages, one
// of them is dropped, doubled, moved, exchanged or changed, and the whole is written again with
// lengths that fit. Blind changes of bytes (half of the time) break lengths and little else.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max);

namespace {

// The messages of onnx.proto, as far as they hold other ones or lists of numbers.
enum Kind : std::uint8_t {
  kModel, kGraph, kNode, kAttribute, kTensor, kSparse, kValueInfo, kType, kTensorType, kShape,
  kDim, kFunction, kEntry, kList, kLeaf
};

Kind inner(Kind kind, std::uint32_t field) {
  switch (kind) {
    case kModel: return field == 7 ? kGraph : field == 8 || field == 14 ? kEntry
                        : field == 25 ? kFunction : kLeaf;
    case kGraph: return field == 1 ? kNode : field == 5 ? kTensor : field == 15 ? kSparse
                        : field >= 11 && field <= 13 ? kValueInfo : kLeaf;
    case kNode: return field == 5 ? kAttribute : kLeaf;
    case kAttribute:
      return field == 5 || field == 10 ? kTensor : field == 6 || field == 11 ? kGraph
             : field == 22 || field == 23 ? kSparse : field == 14 || field == 15 ? kType : kLeaf;
    case kTensor: return field == 13 ? kEntry : kLeaf;
    case kSparse: return field == 1 || field == 2 ? kTensor : kLeaf;
    case kValueInfo: return field == 2 ? kType : kLeaf;
    case kType: return field == 1 || field == 8 ? kTensorType : field == 4 || field == 9 ? kList
                       : kLeaf;
    case kList: return field == 1 ? kType : kLeaf;
    case kTensorType: return field == 2 ? kShape : kLeaf;
    case kShape: return field == 1 ? kDim : kLeaf;
    case kFunction: return field == 7 ? kNode : field == 9 ? kEntry : field == 11 ? kAttribute
                           : kLeaf;
    default: return kLeaf;
  }
}

struct Message;
struct Field {
  std::uint32_t tag = 0;  // number and wire type
  std::uint64_t number = 0;
  std::string bytes;
  std::shared_ptr<Message> message;
};
struct Message {
  Kind kind = kModel;
  std::vector<Field> fields;
};

bool varint(const std::string& s, std::size_t& at, std::uint64_t& out) {
  out = 0;
  for (int shift = 0; shift < 64 && at < s.size(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(s[at++]);
    out |= static_cast<std::uint64_t>(byte & 127) << shift;
    if (byte < 128) return true;
  }
  return false;
}

bool parse(const std::string& s, Kind kind, Message& out, int depth = 0) {
  out.kind = kind;
  for (std::size_t at = 0; at < s.size();) {
    Field f;
    std::uint64_t tag;
    if (!varint(s, at, tag)) return false;
    f.tag = static_cast<std::uint32_t>(tag);
    const std::uint32_t wire = f.tag & 7;
    if (wire == 0) {
      if (!varint(s, at, f.number)) return false;
    } else {
      std::uint64_t size = wire == 1 ? 8 : 4;
      if (wire == 2 ? !varint(s, at, size) : wire != 1 && wire != 5) return false;
      if (size > s.size() - at) return false;
      f.bytes = s.substr(at, static_cast<std::size_t>(size));
      at += static_cast<std::size_t>(size);
      const Kind of = inner(kind, f.tag >> 3);
      if (wire == 2 && of != kLeaf && depth < 40) {
        f.message = std::make_shared<Message>();
        if (!parse(f.bytes, of, *f.message, depth + 1)) f.message.reset();
      }
    }
    out.fields.push_back(std::move(f));
  }
  return true;
}

void put(std::string& out, std::uint64_t n) {
  for (; n > 127; n >>= 7) out.push_back(static_cast<char>(n | 128));
  out.push_back(static_cast<char>(n));
}

std::string written(const Message& m) {
  std::string out;
  for (const Field& f : m.fields) {
    put(out, f.tag);
    if ((f.tag & 7) == 0) {
      put(out, f.number);
      continue;
    }
    const std::string bytes = f.message ? written(*f.message) : f.bytes;
    if ((f.tag & 7) == 2) put(out, bytes.size());
    out += bytes;
  }
  return out;
}

// A copy of its own: a message that is shared could come to hold itself.
Field cloned(const Field& f) {
  Field out = f;
  if (!f.message) return out;
  out.message = std::make_shared<Message>(*f.message);
  for (Field& inner : out.message->fields) inner = cloned(inner);
  return out;
}

void collect(Message& m, std::vector<Message*>& out) {
  if (!m.fields.empty()) out.push_back(&m);
  for (Field& f : m.fields)
    if (f.message) collect(*f.message, out);
}

class Random {
 public:
  explicit Random(unsigned seed) : state_(seed * 2654435761u + 1) {}
  std::size_t operator()(std::size_t n) {
    state_ ^= state_ << 13, state_ ^= state_ >> 17, state_ ^= state_ << 5;
    return state_ % n;
  }

 private:
  std::uint32_t state_;
};

std::uint64_t odd_number(std::uint64_t old, Random& random) {
  static const std::int64_t kOdd[] = {0, 1, 2, 3, -1, -2, -3, 7, 13, 16, 64, 255, 65536,
                                      std::int64_t{1} << 31, -(std::int64_t{1} << 31),
                                      std::int64_t{1} << 62, INT64_MIN, INT64_MAX};
  const std::size_t i = random(sizeof kOdd / sizeof *kOdd + 4);
  if (i < sizeof kOdd / sizeof *kOdd) return static_cast<std::uint64_t>(kOdd[i]);
  return old + random(5) - 2;
}

// A list of numbers, or elements, at random: what a packed list or raw data may hold.
void change_bytes(std::string& s, Random& random) {
  if (s.size() >= 8 && s.size() % 8 == 0 && random(2) == 0) {
    const std::uint64_t n = odd_number(2, random);
    std::memcpy(&s[8 * random(s.size() / 8)], &n, 8);
    return;
  }
  const std::size_t size = s.size();
  s.resize(size + 16);
  s.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(&s[0]), size, s.size()));
}

// One change; `other` lends fields.
void change(Message& model, Message& other, Random& random) {
  std::vector<Message*> all, lent;
  collect(model, all);
  collect(other, lent);
  if (all.empty()) return;
  Message& m = *all[random(all.size())];
  const std::size_t i = random(m.fields.size());
  Field& f = m.fields[i];
  switch (random(7)) {
    case 0: m.fields.erase(m.fields.begin() + static_cast<std::ptrdiff_t>(i)); return;
    case 1: m.fields.insert(m.fields.begin() + static_cast<std::ptrdiff_t>(i), cloned(f)); return;
    case 2: std::swap(f, m.fields[random(m.fields.size())]); return;
    case 3:
    case 4:  // a field of the same kind of message, from anywhere
      for (int tries = 0; tries < 50 && !lent.empty(); ++tries) {
        const Message& from = *lent[random(lent.size())];
        if (from.kind != m.kind) continue;
        const Field taken = cloned(from.fields[random(from.fields.size())]);
        if (random(2) == 0) {
          m.fields.push_back(taken);
        } else {
          for (Field& own : m.fields)
            if (own.tag == taken.tag) {
              own = taken;
              break;
            }
        }
        return;
      }
      return;
    default:
      if (f.message) return;
      if ((f.tag & 7) == 0) f.number = odd_number(f.number, random);
      else if ((f.tag & 7) == 2) change_bytes(f.bytes, random);
      else f.bytes[random(f.bytes.size())] ^= static_cast<char>(1 << random(8));
  }
}

std::size_t give(const Message& m, std::uint8_t* out, std::size_t max) {
  const std::string bytes = written(m);
  if (bytes.empty() || bytes.size() > max) return 0;
  std::memcpy(out, bytes.data(), bytes.size());
  return bytes.size();
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max, unsigned seed) {
  Random random(seed);
  Message model;
  if (random(8) != 0 && parse({reinterpret_cast<const char*>(data), size}, kModel, model)) {
    Message same = model;
    for (std::size_t n = random(3) + 1; n-- > 0;) change(model, same, random);
    if (const std::size_t now = give(model, data, max)) return now;
  }
  return LLVMFuzzerMutate(data, size, max);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data, std::size_t size,
                                                 const std::uint8_t* more, std::size_t more_size,
                                                 std::uint8_t* out, std::size_t max,
                                                 unsigned seed) {
  Random random(seed);
  Message model, other;
  if (!parse({reinterpret_cast<const char*>(data), size}, kModel, model) ||
      !parse({reinterpret_cast<const char*>(more), more_size}, kModel, other))
    return 0;
  for (std::size_t n = random(3) + 1; n-- > 0;) change(model, other, random);
  return give(model, out, max);
}
