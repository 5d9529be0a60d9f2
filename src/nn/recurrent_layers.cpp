// Recurrent layers: RNN, LSTM, GRU and their cells.
#include <algorithm>
#include <cmath>

#include "nn/init.h"
#include "nn/layer_table.h"
#include "ops/ops.h"

namespace gradbox {

namespace {

enum class Kind { Tanh, Relu, Lstm, Gru };

std::int64_t gates_of(Kind k) { return k == Kind::Lstm ? 4 : k == Kind::Gru ? 3 : 1; }

Tensor part(const Tensor& t, std::int64_t i, std::int64_t n) {
  const std::int64_t size = t.size(-1) / n;
  return ops::slice(t, -1, static_cast<long long>(i * size),
                    static_cast<long long>((i + 1) * size));
}

struct State {
  Tensor h, c;
};

// One step. x: the input's share of the gates, bias included; h_gates: the hidden state's.
State step(Kind kind, const Tensor& x, const Tensor& h_gates, const State& s) {
  if (kind == Kind::Tanh) return {ops::tanh(ops::add(x, h_gates)), {}};
  if (kind == Kind::Relu) return {ops::relu(ops::add(x, h_gates)), {}};
  if (kind == Kind::Lstm) {
    const Tensor g = ops::add(x, h_gates);
    const Tensor c = ops::add(ops::mul(ops::sigmoid(part(g, 1, 4)), s.c),
                              ops::mul(ops::sigmoid(part(g, 0, 4)), ops::tanh(part(g, 2, 4))));
    return {ops::mul(ops::sigmoid(part(g, 3, 4)), ops::tanh(c)), c};
  }
  const Tensor reset = ops::sigmoid(ops::add(part(x, 0, 3), part(h_gates, 0, 3)));
  const Tensor update = ops::sigmoid(ops::add(part(x, 1, 3), part(h_gates, 1, 3)));
  const Tensor fresh = ops::tanh(ops::add(part(x, 2, 3), ops::mul(reset, part(h_gates, 2, 3))));
  return {ops::add(fresh, ops::mul(update, ops::sub(s.h, fresh))), {}};
}

// Constructor arguments by name: the three layers have them at different places.
struct Options {
  std::int64_t input, hidden, layers, proj;
  bool bias, batch_first, both;
  double dropout;
  Kind kind;
};

const Value& named(const NativeLayer& m, const Schema& schema, const char* name) {
  return m.arg(static_cast<std::size_t>(schema.index_of(name)));
}

Options options_of(const NativeLayer& m, const Schema& s, Kind kind) {
  const auto integer = [&](const char* n) {
    return s.index_of(n) < 0 ? 0 : named(m, s, n).as_int();
  };
  const auto flag = [&](const char* n) { return named(m, s, n).as_bool(); };
  Options o{integer("input_size"),
            integer("hidden_size"),
            integer("num_layers"),
            integer("proj_size"),
            flag("bias"),
            flag("batch_first"),
            flag("bidirectional"),
            named(m, s, "dropout").as_double(),
            kind};
  if (kind == Kind::Tanh) {
    const std::string name = named(m, s, "nonlinearity").get<std::string>();
    if (name == "relu") o.kind = Kind::Relu;
    else if (name != "tanh") fail(ErrorKind::Value, "Unknown nonlinearity '", name, "'");
  }
  return o;
}

void setup(NativeLayer& m, const Options& o) {
  if (o.dropout < 0 || o.dropout > 1)
    fail(ErrorKind::Value,
         "dropout should be a number in range [0, 1] representing the probability of an element "
         "being zeroed");
  if (o.hidden <= 0) fail(ErrorKind::Value, "hidden_size must be greater than zero");
  if (o.layers <= 0) fail(ErrorKind::Value, "num_layers must be greater than zero");
  if (o.proj < 0)
    fail(ErrorKind::Value, "proj_size should be a positive integer or zero to disable projections");
  if (o.proj >= o.hidden) fail(ErrorKind::Value, "proj_size has to be smaller than hidden_size");
  const std::int64_t out = o.proj ? o.proj : o.hidden, gates = gates_of(o.kind) * o.hidden;
  for (std::int64_t layer = 0; layer < o.layers; ++layer)
    for (int direction = 0; direction < (o.both ? 2 : 1); ++direction) {
      const std::string suffix = "_l" + std::to_string(layer) + (direction ? "_reverse" : "");
      const std::int64_t in = layer == 0 ? o.input : out * (o.both ? 2 : 1);
      m.add_parameter("weight_ih" + suffix, {gates, in});
      m.add_parameter("weight_hh" + suffix, {gates, out});
      if (o.bias) {
        m.add_parameter("bias_ih" + suffix, {gates});
        m.add_parameter("bias_hh" + suffix, {gates});
      }
      if (o.proj) m.add_parameter("weight_hr" + suffix, {o.proj, o.hidden});
    }
  const double bound = 1 / std::sqrt(static_cast<double>(o.hidden));
  for (const auto& [name, p] : m.own_parameters()) init::uniform_(p, -bound, bound);
}

// The rows of a batch that are left at each step: all of them, but for packed sequences.
struct Steps {
  TensorList inputs;  // the input's share of the gates
  IntList rows;
};

// One step after the other, forwards or backwards; fills the final state.
Tensor run_steps(const Options& o, const Steps& steps, const Tensor& w_hh, const Tensor& b_hh,
                 const Tensor& w_hr, State& state, bool backwards) {
  const std::size_t count = steps.inputs.size();
  const bool packed = !steps.rows.empty();
  const State initial = state;
  TensorList out(count), finished_h, finished_c;
  const auto rows = [](const Tensor& t, std::int64_t from, std::int64_t to) {
    return t.defined() ? ops::slice(t, 0, static_cast<long long>(from), static_cast<long long>(to))
                       : t;
  };
  const auto below = [](const Tensor& a, const Tensor& b) {
    return a.defined() ? ops::cat(TensorList{a, b}, 0) : a;
  };
  const std::int64_t all = packed ? steps.rows[0] : 0;
  std::int64_t now = backwards ? 0 : all;
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t t = backwards ? count - 1 - k : k;
    const std::int64_t wanted = packed ? steps.rows[t] : now;
    if (wanted < now) {  // sequences that end here
      finished_h.push_back(rows(state.h, wanted, now));
      if (state.c.defined()) finished_c.push_back(rows(state.c, wanted, now));
      state = {rows(state.h, 0, wanted), rows(state.c, 0, wanted)};
    } else if (wanted > now) {  // and, going backwards, that begin here
      const State more{rows(initial.h, now, wanted), rows(initial.c, now, wanted)};
      state = now == 0 ? more : State{below(state.h, more.h), below(state.c, more.c)};
    }
    now = wanted;
    state = step(o.kind, steps.inputs[t], ops::linear(state.h, w_hh, b_hh), state);
    if (o.proj) state.h = ops::linear(state.h, w_hr);
    out[t] = state.h;
  }
  if (!finished_h.empty()) {
    const auto join = [](const Tensor& last, TensorList& finished) {
      finished.push_back(last);
      std::reverse(finished.begin(), finished.end());
      return ops::cat(finished, 0);
    };
    state.h = join(state.h, finished_h);
    if (state.c.defined()) state.c = join(state.c, finished_c);
  }
  return packed ? ops::cat(out, 0) : ops::stack(out, 0);
}

// One layer in one direction over x [steps, n, in], or [items, in] of packed sequences.
Tensor run_direction(const Options& o, const NativeLayer& m, std::size_t first, const Tensor& x,
                     const IntList& rows, State& state, bool backwards) {
  const Tensor none;
  std::size_t next = first;
  const Tensor w_ih = m.parameter(next++), w_hh = m.parameter(next++);
  const Tensor b_ih = o.bias ? m.parameter(next++) : none,
               b_hh = o.bias ? m.parameter(next++) : none;
  const Tensor w_hr = o.proj ? m.parameter(next) : none;
  // The input's share for all steps in one product.
  const Tensor gates = ops::linear(x, w_ih, b_ih);
  const Value steps = rows.empty() ? call("unbind", {gates, 0}) : call("split", {gates, rows, 0});
  return run_steps(o, {steps.get<TensorList>(), rows}, w_hh, b_hh, w_hr, state, backwards);
}

// The batch sizes of packed sequences, a step an element, from the input slot after the states.
IntList batch_sizes(const TensorList& in, std::size_t slot, const Tensor& x) {
  IntList rows;
  if (slot >= in.size() || !in[slot].defined()) return rows;
  check(x.dim() == 2, "input must have 2 dimensions, got ", x.dim());
  std::int64_t items = 0;
  for (const double v : in[slot].to_vector()) {
    const auto n = static_cast<std::int64_t>(v);
    check(n > 0 && (rows.empty() || n <= rows.back()), "batch_sizes must be positive and not grow");
    rows.push_back(n);
    items += n;
  }
  check(items == x.size(0) && items > 0, "batch_sizes sum to ", items, ", but there are ",
        x.size(0), " items");
  return rows;
}

TensorList run(const Options& o, const NativeLayer& m, const TensorList& in) {
  Tensor x = in[0];
  const IntList rows = batch_sizes(in, o.kind == Kind::Lstm ? 3 : 2, x);
  const bool packed = !rows.empty(), batched = packed || x.dim() == 3;
  const std::int64_t rank = x.dim() + (batched ? 0 : 1), wanted = packed ? 2 : 3;
  check(rank == wanted, "input must have ", wanted, " dimensions, got ", rank);
  check(x.size(-1) == o.input, "input.size(-1) must be equal to input_size. Expected ", o.input,
        ", got ", x.size(-1));
  if (!batched) x = ops::unsqueeze(x, o.batch_first ? 0 : 1);
  if (o.batch_first && !packed) x = ops::transpose(x, 0, 1);
  check(x.size(0) > 0, "Expected sequence length to be larger than 0 in RNN");
  const std::int64_t directions = o.both ? 2 : 1, n = packed ? rows[0] : x.size(1),
                     out_size = o.proj ? o.proj : o.hidden;
  const std::size_t per_direction = 2 + (o.bias ? 2U : 0U) + (o.proj ? 1U : 0U);
  const auto initial = [&](std::size_t slot, std::int64_t width) {
    Tensor t = slot < in.size() ? in[slot] : Tensor();
    if (!t.defined()) return Tensor::full({o.layers * directions, n, width}, 0, x.dtype());
    if (!batched) {
      check(t.dim() == 2, "For unbatched 2-D input, hx should also be 2-D but got ", t.dim(),
            "-D tensor");
      t = ops::unsqueeze(t, 1);
    } else {
      check(t.dim() == 3, "For batched 3-D input, hx should also be 3-D but got ", t.dim(),
            "-D tensor");
    }
    const Dims wanted{o.layers * directions, n, width};
    check(t.shape() == wanted, "Expected hidden",
          o.kind == Kind::Lstm ? (slot == 1 ? "[0]" : "[1]") : "", " size (", wanted[0], ", ",
          wanted[1], ", ", wanted[2], "), got ", to_string(t.shape()));
    return t;
  };
  const Tensor h0 = initial(1, out_size),
               c0 = o.kind == Kind::Lstm ? initial(2, o.hidden) : Tensor();
  TensorList hs, cs;
  for (std::int64_t layer = 0; layer < o.layers; ++layer) {
    TensorList outputs;
    for (std::int64_t d = 0; d < directions; ++d) {
      const std::int64_t k = layer * directions + d;
      State s{ops::select(h0, 0, static_cast<long long>(k)),
              c0.defined() ? ops::select(c0, 0, static_cast<long long>(k)) : Tensor()};
      outputs.push_back(
          run_direction(o, m, static_cast<std::size_t>(k) * per_direction, x, rows, s, d == 1));
      hs.push_back(s.h);
      if (s.c.defined()) cs.push_back(s.c);
    }
    x = outputs.size() == 1 ? outputs[0] : ops::cat(outputs, -1);
    if (o.dropout > 0 && m.training() && layer + 1 < o.layers) x = ops::dropout(x, o.dropout, true);
  }
  if (o.batch_first && !packed) x = ops::transpose(x, 0, 1);
  const auto finish = [&](const Tensor& t, long long dim) {
    return batched ? t : ops::squeeze(t, dim);
  };
  TensorList result{finish(x, o.batch_first ? 0 : 1), finish(ops::stack(hs, 0), 1)};
  if (!cs.empty()) result.push_back(finish(ops::stack(cs, 0), 1));
  return result;
}

std::string text(const Options& o) {
  std::string s = std::to_string(o.input) + ", " + std::to_string(o.hidden);
  if (o.proj) s += ", proj_size=" + std::to_string(o.proj);
  if (o.layers != 1) s += ", num_layers=" + std::to_string(o.layers);
  if (!o.bias) s += ", bias=False";
  if (o.batch_first) s += ", batch_first=True";
  if (o.dropout != 0) s += ", dropout=" + python_text(Value(o.dropout));
  if (o.both) s += ", bidirectional=True";
  return s;
}

void layer(LayerTable& t, const std::string& signature, Kind kind, const std::string& doc) {
  const Schema schema = parse_schema(signature + " -> Module");
  const bool lstm = kind == Kind::Lstm;
  t.layer(signature)
      .doc(doc +
           " Shapes: (L, N, in) to (L, N, directions * hidden), or batch first; with batch_sizes, "
           "packed sequences (items, in) to (items, directions * hidden). torch.nn." +
           schema.name)
      .takes(std::string("Tensor input, Tensor") + (lstm ? "[2]" : "") +
             "? hx=None, Tensor? batch_sizes=None")
      .gives(lstm ? "Tensor output, (Tensor h_n, Tensor c_n)" : "Tensor output, Tensor h_n")
      .setup([schema, kind](NativeLayer& m) { setup(m, options_of(m, schema, kind)); })
      .forward_list([schema, kind](NativeLayer& m, const TensorList& in) {
        return run(options_of(m, schema, kind), m, in);
      })
      .repr([schema, kind](const NativeLayer& m) { return text(options_of(m, schema, kind)); });
}

// ---- cells ----

TensorList run_cell(Kind kind, const NativeLayer& m, const TensorList& in) {
  const std::int64_t input = m.integer(0), hidden = m.integer(1);
  Tensor x = in[0];
  const bool batched = x.dim() == 2;
  expect(x.dim() == 1 || x.dim() == 2, m.name(), ": Expected input to be 1-D or 2-D but received ",
         x.dim(), "-D tensor");
  check(x.size(-1) == input, "input has inconsistent input_size: got ", x.size(-1), " expected ",
        input);
  if (!batched) x = ops::unsqueeze(x, 0);
  const auto initial = [&](std::size_t slot) {
    if (slot >= in.size() || !in[slot].defined())
      return Tensor::full({x.size(0), hidden}, 0, x.dtype());
    const Tensor h = batched ? in[slot] : ops::unsqueeze(in[slot], 0);
    check(h.dim() == 2 && h.size(0) == x.size(0), "Input batch size ", x.size(0),
          " doesn't match hidden", slot - 1, " batch size ", h.size(0));
    check(h.size(1) == hidden, "hidden", slot - 1, " has inconsistent hidden_size: got ", h.size(1),
          ", expected ", hidden);
    return h;
  };
  State s{initial(1), kind == Kind::Lstm ? initial(2) : Tensor()};
  const bool bias = m.flag(2);
  const Tensor none;
  s = step(kind, ops::linear(x, m.parameter(0), bias ? m.parameter(2) : none),
           ops::linear(s.h, m.parameter(1), bias ? m.parameter(3) : none), s);
  TensorList out{s.h};
  if (s.c.defined()) out.push_back(s.c);
  if (!batched)
    for (Tensor& t : out) t = ops::squeeze(t, 0);
  return out;
}

void cell(LayerTable& t, const std::string& name, Kind kind, const std::string& more,
          const std::string& doc) {
  const auto kind_of = [kind](const NativeLayer& m) {
    return kind == Kind::Tanh && m.text(3) == "relu" ? Kind::Relu : kind;
  };
  const bool lstm = kind == Kind::Lstm;
  t.layer(name + "(int input_size, int hidden_size, bool bias=True" + more +
          ", str? device=None, ScalarType? dtype=None)")
      .doc(doc + " torch.nn." + name)
      .takes(lstm ? "Tensor input, Tensor[2]? hx=None" : "Tensor input, Tensor? hx=None")
      .gives(lstm ? "Tensor h, Tensor c" : "Tensor")
      .setup([kind](NativeLayer& m) {
        const std::int64_t hidden = m.integer(1), gates = gates_of(kind) * hidden;
        m.add_parameter("weight_ih", {gates, m.integer(0)});
        m.add_parameter("weight_hh", {gates, hidden});
        if (m.flag(2)) {
          m.add_parameter("bias_ih", {gates});
          m.add_parameter("bias_hh", {gates});
        } else {
          m.register_parameter("bias_ih", {});
          m.register_parameter("bias_hh", {});
        }
        const double bound = hidden > 0 ? 1 / std::sqrt(static_cast<double>(hidden)) : 0;
        for (const auto& [key, p] : m.own_parameters())
          if (p.defined()) init::uniform_(p, -bound, bound);
      })
      .forward_list(
          [kind_of](NativeLayer& m, const TensorList& in) { return run_cell(kind_of(m), m, in); })
      .repr([kind](const NativeLayer& m) {
        std::string s = python_text(m.arg(0)) + ", " + python_text(m.arg(1));
        if (!m.flag(2)) s += ", bias=False";
        if (kind == Kind::Tanh && m.text(3) != "tanh") s += ", nonlinearity=" + m.text(3);
        return s;
      });
}

}  // namespace

void register_recurrent_layers(LayerTable& t) {
  const std::string rest =
      "bool bias=True, bool batch_first=False, float dropout=0.0, bool bidirectional=False";
  const std::string end = ", str? device=None, ScalarType? dtype=None)";
  layer(t,
        "RNN(int input_size, int hidden_size, int num_layers=1, str nonlinearity='tanh', " + rest +
            end,
        Kind::Tanh, "Elman's recurrent network.");
  layer(
      t,
      "LSTM(int input_size, int hidden_size, int num_layers=1, " + rest + ", int proj_size=0" + end,
      Kind::Lstm, "Long short-term memory. Hochreiter & Schmidhuber 1997.");
  layer(t, "GRU(int input_size, int hidden_size, int num_layers=1, " + rest + end, Kind::Gru,
        "Gated recurrent units. Cho et al. 2014.");
  cell(t, "RNNCell", Kind::Tanh, ", str nonlinearity='tanh'", "One step of an RNN.");
  cell(t, "LSTMCell", Kind::Lstm, "", "One step of an LSTM.");
  cell(t, "GRUCell", Kind::Gru, "", "One step of a GRU.");
}

}  // namespace gradbox
