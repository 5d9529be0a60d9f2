// The layers that live in the core, and the table that front ends build their constructors from.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "nn/module.h"

namespace gradbox {

// Arguments of a layer's constructor, by name. Missing ones take their defaults.
class LayerConfig {
 public:
  LayerConfig() = default;
  LayerConfig(std::initializer_list<std::pair<std::string, Value>> entries) : entries_(entries) {}
  void set(const std::string& name, Value value);
  const Value* find(const std::string& name) const;
  const std::vector<std::pair<std::string, Value>>& entries() const { return entries_; }

 private:
  std::vector<std::pair<std::string, Value>> entries_;
};

struct LayerArg {
  std::string name;
  // "int", "int[1]", "int[2]" (one int stands for all), "int[]", "float", "bool", "str", "dtype";
  // "?" after it: None allowed.
  std::string type;
  bool required = false;
  Value default_value;
};

// torch.nn.<kind>(**config). Parameters are initialised as PyTorch does, from the same random
// numbers. Throws TypeError on unknown or missing arguments, ValueError on a kind that isn't there.
Ref<Module> make_layer(const std::string& kind, const LayerConfig& config);
// The same from JSON text: {"in_features":2,"out_features":3}. "dtype" takes "float64" and its kin.
Ref<Module> make_layer_json(const std::string& kind, const std::string& json);

// Changes arguments that a layer was made with, as JSON: {"p":0.1}.
void set_arguments_json(Module& layer, const std::string& json);

// [{"name":"Linear","args":[{"name":"in_features","type":"int"},
//   {"name":"bias","type":"bool","default":true},...],"inputs":1,
//   "takes":[{"name":"input","type":"Tensor"}],"gives":"Tensor","doc":"..."}]; an argument
// without "default" is required; "inputs": how many slots forward has (see LayerSpec).
std::string layers_json();

}  // namespace gradbox
