// The call buffer: how arguments and results cross without any marshalling. JavaScript writes a tag
// string, 8-byte slots and text into memory that lies here, then calls one wasm function.
//
//   tags   one byte an argument, the letters of ARCHITECTURE.md's tag string
//   slots  doubles, in order: a handle, a number, a dtype code; for a list its count, then its
//          items; for a string its length in bytes
//   text   the bytes of the strings, one after another, UTF-8
//
// Results and the arguments of callbacks go the other way through `out`. Whatever is read from the
// buffer is read before anything else runs, so calls may nest (a callback that calls operators).
#pragma once

#include <string>
#include <vector>

#include "core/value.h"
#include "ops/registry.h"

namespace gradbox::wasm {

struct CallBuffer {
  std::vector<double> slots = std::vector<double>(256);
  std::vector<char> tags = std::vector<char>(64);
  std::vector<char> text = std::vector<char>(1024);
  std::vector<double> out = std::vector<double>(64);
  std::string out_text;
};
CallBuffer& buffer();

struct Arguments {
  Values positional;
  std::vector<Keyword> keywords;
};
// Decodes `count` tagged arguments.
Arguments read_arguments(int count);
// `count` handles from slot `first` on; 0 gives an undefined tensor.
TensorList read_tensors(int count, int first = 0);

// Codes of results that aren't one tensor; a positive result is a handle.
enum Result : int {
  kFailed = 0,
  kNone = -1,
  kList = -2,     // out: count, handles (0 for None)
  kFloat = -3,    // out: number
  kInt = -4,      // out: number
  kBool = -5,     // out: 0 or 1
  kString = -6,   // out_text
  kNumbers = -7,  // out: count, numbers
  kDType = -8,    // out: code
};
int write_value(const Value& v);
// Writes handles to out (without a count) and gives their number.
int write_tensors(const TensorList& list, std::size_t first = 0);

}  // namespace gradbox::wasm
