#include "onnx/ir/wire.h"

#include <cstring>

namespace gradbox::onnx {
namespace {

using protozero::pbf_wire_type;

// Runs f, which reads; gives what protozero complains of as an error of ours.
template <class F>
auto guarded(F f) {
  try {
    return f();
  } catch (const protozero::exception&) {
    fail(ErrorKind::Runtime, "the file is cut short or damaged");
  }
}

template <class T>
void packed(std::string_view bytes, FloatList& out) {
  check(bytes.size() % sizeof(T) == 0, "the file is damaged: a list of numbers ends within one");
  out.reserve(out.size() + bytes.size() / sizeof(T));
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(T)) {
    T x;
    std::memcpy(&x, bytes.data() + at, sizeof(T));
    out.push_back(static_cast<double>(x));
  }
}

}  // namespace

void Wire::want(pbf_wire_type type) const {
  check(reader_.has_wire_type(type), "field ", reader_.tag(), " has an unexpected wire type");
}

bool Wire::next() {
  field_ = reader_.data().data();
  return guarded([&] { return reader_.next(); });
}

void Wire::keep(std::string& rest) {
  skip();
  rest.append(field_, reader_.data().data());
}

void Wire::skip() {
  guarded([&] { reader_.skip(); });
}

std::int64_t Wire::integer() {
  want(pbf_wire_type::varint);
  return guarded([&] { return reader_.get_int64(); });
}

float Wire::number() {
  want(pbf_wire_type::fixed32);
  return guarded([&] { return reader_.get_float(); });
}

std::string_view Wire::bytes() {
  want(pbf_wire_type::length_delimited);
  return guarded([&] {
    const auto view = reader_.get_view();
    return std::string_view(view.data(), view.size());
  });
}

void Wire::integers(IntList& out) {
  if (!reader_.has_wire_type(pbf_wire_type::length_delimited)) {
    out.push_back(integer());
    return;
  }
  guarded([&] {
    for (const auto i : reader_.get_packed_int64()) out.push_back(i);
  });
}

void Wire::numbers(FloatList& out) {
  if (reader_.has_wire_type(pbf_wire_type::length_delimited)) packed<float>(bytes(), out);
  else out.push_back(static_cast<double>(number()));
}

void Wire::doubles(FloatList& out) {
  if (reader_.has_wire_type(pbf_wire_type::length_delimited)) {
    packed<double>(bytes(), out);
    return;
  }
  want(pbf_wire_type::fixed64);
  out.push_back(guarded([&] { return reader_.get_double(); }));
}

}  // namespace gradbox::onnx
