// Sizes of windows in the words of PyTorch's errors.
#pragma once

#include <string>

#include "core/error.h"

namespace gradbox {

// What the sides are called: depth, height and width.
struct SideNames {
  const char* names[3];
};
constexpr SideNames kSides{{"_depth: ", "_height: ", "_width: "}};
constexpr SideNames kInitials{{"T: ", "H: ", "W: "}};

// "stride_height: 2 stride_width: 1", "kH: 2 kW: 1"; a single number is a width beside a height of
// `height`.
template <class List>
std::string by_side(const char* name, const List& sizes, const SideNames& sides,
                    std::int64_t height = 1, const char* between = " ") {
  std::string out;
  if (sizes.size() == 1) out = detail::concat(name, sides.names[1], height, between);
  for (std::size_t i = 0; i < sizes.size(); ++i)
    out += detail::concat(i ? between : "", name, sides.names[3 - sizes.size() + i], sizes[i]);
  return out;
}

}  // namespace gradbox
