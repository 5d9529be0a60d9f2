// Pictures of a model in training: what it makes of the plane its data lie in, of the line, or of
// an image.
#pragma once

#include <memory>
#include <string>

#include "record/trace.h"

namespace gradbox::record {

// The latest forward of its model; a few models are kept.
void keep_forward(std::unique_ptr<TracedForward> forward);
void forget_forwards();

// Pictures that are due: of each model at most as many as take a small share of the time, or, with
// `all`, of every model that has changed, which then are forgotten. "" for none, or a list of
//   {"kind":"plane","id":1,"model":"Net","shows":"class"|"probability"|"value","classes":3,
//    "x":[low,high],"y":[low,high],"columns":40,"rows":40,"cells":[..],"sure":[..],
//    "points":{"x":[..],"y":[..],"target":[..]}}
//   Cells row by row, y rising; of classes: which one, and how sure in percent.
//   {"kind":"line","id":2,"model":..,"shows":..,"x":[..],"outputs":[[..]],"points":{"x":[..],"target":[..]}}
//   {"kind":"image","id":3,"model":..,"target":3,"predicted":3,"image":{TILES},
//    "layers":[{"name":"conv1","filters":{TILES},"maps":{TILES}}]}
// TILES:
// {"count":8,"of":16,"channels":1,"height":5,"width":5,"low":-0.2,"high":0.3,"pixels":[0..255]}, or
// null. What isn't known is null. A model keeps its id.
std::string drain_pictures(bool all);

}  // namespace gradbox::record
