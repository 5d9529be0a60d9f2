// The table of native layers. A row is one declaration: constructor schema, how parameters are
// made, forward, extra_repr. Families register their rows; layers.cpp turns rows into modules.
#pragma once

#include <deque>
#include <string>

#include "core/callable.h"
#include "nn/layers.h"
#include "ops/schema.h"

namespace gradbox {

class NativeLayer;

// What forward takes is a schema, too: "Tensor query, Tensor? mask=None, bool need_weights=True,
// Tensor[2]? hx=None". Between front ends and core it travels as tensors, one slot a tensor: a
// "Tensor[2]" has two; a bool is a 0-dim tensor; an undefined tensor, or none, stands for the
// default.
struct LayerSpec {
  Schema schema;  // the constructor's name and arguments
  std::string doc;
  Schema takes;
  std::string gives = "Tensor";  // "Tensor output, (Tensor, Tensor) state": how outputs are nested
  // Any number of tensors: containers, whose `takes` is empty.
  static constexpr std::size_t kAny = static_cast<std::size_t>(-1);
  std::size_t slots() const;
  std::size_t required_slots() const;
  Callable<void(NativeLayer&)> setup;
  Callable<TensorList(NativeLayer&, const TensorList&)> forward;
  Callable<std::string(const NativeLayer&)> repr;
};

class NativeLayer : public Module {
 public:
  // `args` in schema order, defaults filled in.
  NativeLayer(const LayerSpec& spec, Values args);
  std::string name() const override { return spec_.schema.name; }
  TensorList forward(const TensorList& inputs, CallContext& context) override;
  std::string extra_repr() const override { return spec_.repr ? spec_.repr(*this) : std::string(); }

  // Constructor arguments by position.
  const Value& arg(std::size_t i) const { return args_[i]; }
  std::int64_t integer(std::size_t i) const { return args_[i].as_int(); }
  double number(std::size_t i) const { return args_[i].as_double(); }
  bool flag(std::size_t i) const { return args_[i].as_bool(); }
  const std::string& text(std::size_t i) const { return args_[i].get<std::string>(); }
  // A list, or one number for all n places.
  IntList ints(std::size_t i, std::size_t n = 1) const;
  // The "dtype" argument, wherever it stands.
  DType dtype() const;
  void set_argument(const std::string& name, const Value& value) override;
  void set_arg(std::size_t i, Value v) { args_[i] = std::move(v); }

  // Own parameters and buffers by order of registration; undefined for None.
  const Tensor& parameter(std::size_t i) const { return own_parameters()[i].second; }
  const Tensor& buffer(std::size_t i) const { return own_buffers()[i].value; }
  // Registers an uninitialised parameter and gives it.
  Tensor add_parameter(const std::string& name, const Dims& shape);
  // Makes a layer of the table a child and gives it.
  Ref<Module> add_child(const std::string& name, const std::string& kind,
                        const LayerConfig& config);
  // A child by its place among the children.
  Module& child_at(std::size_t i) const { return *own_children()[i].module; }

 private:
  const LayerSpec& spec_;
  Values args_;
};

class LayerBuilder {
 public:
  explicit LayerBuilder(LayerSpec& spec) : spec_(spec) {}
  LayerBuilder& doc(std::string text) {
    spec_.doc = std::move(text);
    return *this;
  }
  LayerBuilder& takes(const std::string& arguments);
  LayerBuilder& gives(std::string text) {
    spec_.gives = std::move(text);
    return *this;
  }
  LayerBuilder& setup(Callable<void(NativeLayer&)> f) {
    spec_.setup = std::move(f);
    return *this;
  }
  // One input tensor, one output.
  LayerBuilder& forward(Callable<Tensor(NativeLayer&, const Tensor&)> f) {
    spec_.forward = [f](NativeLayer& m, const TensorList& in) { return TensorList{f(m, in[0])}; };
    return *this;
  }
  LayerBuilder& forward_list(Callable<TensorList(NativeLayer&, const TensorList&)> f) {
    spec_.forward = std::move(f);
    return *this;
  }
  LayerBuilder& repr(Callable<std::string(const NativeLayer&)> f) {
    spec_.repr = std::move(f);
    return *this;
  }

 private:
  LayerSpec& spec_;
};

class LayerTable {
 public:
  static LayerTable& instance();
  // "Linear(int in_features, int out_features, bool bias=True)": arguments in the registry's schema
  // syntax.
  LayerBuilder layer(const std::string& signature);
  const std::deque<LayerSpec>& all() const { return specs_; }
  const LayerSpec* find(const std::string& name) const;

 private:
  std::deque<LayerSpec> specs_;
};

void register_basic_layers(LayerTable& t);
void register_activation_layers(LayerTable& t);
void register_conv_layers(LayerTable& t);
void register_norm_layers(LayerTable& t);
void register_loss_layers(LayerTable& t);
void register_pool_layers(LayerTable& t);
void register_recurrent_layers(LayerTable& t);
void register_transformer_layers(LayerTable& t);

// A bool among the inputs of forward.
bool flag_input(const TensorList& inputs, std::size_t slot, bool otherwise);

// A constructor argument as Python prints it: 0.1, (2, 2), True, 'none', None.
std::string python_text(const Value& v);
// "inplace=True" as an addition to a list of arguments, or nothing.
std::string inplace_text(bool inplace, bool first);

}  // namespace gradbox
