// Small pictures of what an image model holds: the image, filters, feature maps.
#pragma once

#include <string>
#include <vector>

#include "record/trace.h"

namespace gradbox::record {

// TILES of pictures.h for an image of shape [1, channels, height, width].
std::string image_tiles(const Tensor& image);
// The layers of a forward that was replayed into `slots`, separated by commas: each convolution's
// filters (of those that see the image) and maps; without convolutions, the weights of the first
// linear layer that takes the whole image. "" when there is none.
std::string layer_tiles(const TracedForward& forward, const std::vector<Tensor>& slots);

}  // namespace gradbox::record
