// Files that are damaged or lie: each gives an error that says where and why, and none makes the
// reader or the importer crash, hang, or allocate on the word of a declared size.
#include <catch2/catch.hpp>

#include "onnx/ir/read.h"
#include "onnx/run/plan.h"
#include "onnx/run/session.h"
#include "onnx_builder.h"

using namespace gradbox;
using namespace gradbox::onnx;
using namespace onnx_builder;

namespace {

// A convolution, an activation, a reshape by a constant, and a product.
GraphSpec sound() {
  GraphSpec g;
  g.nodes = {node("Conv", {"x", "w", "b"}, {"c"}, ints("kernel_shape", {3, 3})),
             node("Relu", {"c"}, {"r"}), node("Reshape", {"r", "s"}, {"f"}),
             node("MatMul", {"f", "m"}, {"y"})};
  g.initializers = {{"w", {2, 1, 3, 3}, proto::FLOAT, zeros(18)},
                    {"b", {2}, proto::FLOAT, zeros(2)},
                    {"s", {2}, proto::INT64, std::string("\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0", 16)},
                    {"m", {2, 3}, proto::FLOAT, zeros(6)}};
  return g;
}

// Reads a file and makes it ready to run; the text of the error, empty when there was none.
std::string complaint(const std::string& bytes) {
  const std::int64_t before = memory_stats().live_bytes;
  memory_stats().peak_bytes = before;
  std::string text;
  try {
    const ModelProto m = read_model(bytes);
    make_plan(m);
  } catch (const Error& e) {
    text = e.what();
    CHECK_FALSE(text.empty());
  }
  // No file here holds more than some kilobytes.
  CHECK(memory_stats().peak_bytes - before < (std::int64_t{64} << 20));
  CHECK(memory_stats().live_bytes == before);
  return text;
}

void refuses(const std::string& bytes, const std::string& part) {
  const std::string text = complaint(bytes);
  INFO("got: " << text);
  CHECK(text.find(part) != std::string::npos);
}

GraphSpec with_tensor(TensorSpec t) {
  GraphSpec g = sound();
  g.initializers[0] = std::move(t);
  return g;
}

GraphSpec nodes(std::vector<Fill> list) {
  GraphSpec g;
  g.nodes = std::move(list);
  return g;
}

// If nodes within If nodes.
Fill nested(int depth) {
  return attribute(
      "then_branch",
      [=](pbf_writer& a) {
        message(a, proto::attribute::g, [=](pbf_writer& g) {
          message(g, proto::graph::node,
                  depth == 0 ? node("Relu", {"x"}, {"t"})
                             : node("If", {"x"}, {"t"}, nested(depth - 1)));
          message(g, proto::graph::output,
                  [](pbf_writer& m) { m.add_string(proto::value_info::name, "t"); });
        });
      },
      proto::attribute::GRAPH);
}

Fill function(std::string name, std::vector<Fill> body) {
  return [=](pbf_writer& w) {
    message(w, proto::model::functions, [&](pbf_writer& f) {
      f.add_string(proto::function::name, name);
      f.add_string(proto::function::domain, "own");
      f.add_string(proto::function::input, "x");
      f.add_string(proto::function::output, "y");
      for (const auto& n : body) message(f, proto::function::node, n);
    });
  };
}

}  // namespace

TEST_CASE("a sound model is taken") { CHECK(complaint(model(sound())).empty()); }

TEST_CASE("ONNX files that were cut short are refused") {
  const std::string whole = model(sound());
  REQUIRE(whole.size() > 200);
  // The operator set stands last: without it there is a model still, of version 1.
  for (std::size_t n = 0; n + 8 < whole.size(); n += 2) {
    INFO("the first " << n << " of " << whole.size() << " bytes");
    CHECK_FALSE(complaint(whole.substr(0, n)).empty());
  }
}

TEST_CASE("ONNX files with flipped bits do no harm") {
  const std::string whole = model(sound());
  std::uint32_t random = 12345;
  const auto next = [&] { return random = random * 1664525u + 1013904223u; };
  int refused = 0;
  for (int i = 0; i < 400; ++i) {
    std::string bytes = whole;
    for (int k = 0; k <= i % 4; ++k) {
      const std::uint32_t r = next() >> 8;
      bytes[r % bytes.size()] ^= static_cast<char>(1 << (r / 65536 % 8));
    }
    refused += complaint(bytes).empty() ? 0 : 1;
  }
  // Flips within the zeros of the weights, or in names of nodes, change nothing that is checked.
  CHECK(refused > 150);
}

TEST_CASE("ONNX tensors that lie about themselves are refused") {
  const auto float_tensor = [](std::vector<std::int64_t> dims, std::size_t floats) {
    return model(with_tensor({"w", std::move(dims), proto::FLOAT, zeros(floats)}));
  };
  constexpr std::int64_t kHuge = std::int64_t{1} << 62;
  refuses(float_tensor({2, 1, 3, 3}, 17),
          "tensor 'w': its shape [2, 1, 3, 3] of FLOAT wants 72 bytes");
  refuses(float_tensor({-1, 3}, 3), "tensor 'w': its dimension -1 is negative");
  refuses(float_tensor({kHuge}, 1), "too large");
  refuses(float_tensor({kHuge, kHuge, kHuge}, 1), "too large");
  refuses(float_tensor({1 << 20, 1 << 20}, 1), "the file holds 4");
  refuses(float_tensor({1 << 20, 1 << 20, 0, -5}, 1), "negative");
  refuses(model(with_tensor({"w", {1}, proto::COMPLEX64, zeros(2)})),
          "tensor 'w': tensors of COMPLEX64 are not supported");
  refuses(model(with_tensor({"w", {1}, 77, zeros(1)})), "data type 77");
  refuses(model(with_tensor({"w", {1}, 0, zeros(1)})), "UNDEFINED");
  for (int type = -3; type < 25; ++type)
    CHECK_FALSE(complaint(model(with_tensor({"w", {5, 7}, type, "abc"}))).empty());
}

TEST_CASE("ONNX external data comes from what is given, and only from within") {
  const auto external = [](std::string location, std::string offset, std::string length) {
    std::string bytes;
    pbf_writer w(bytes);
    w.add_int64(proto::tensor::dims, 2);
    w.add_int32(proto::tensor::data_type, proto::FLOAT);
    w.add_string(proto::tensor::name, "w");
    const auto entry = [&](const char* key, const std::string& value) {
      message(w, proto::tensor::external_data, [&](pbf_writer& e) {
        e.add_string(proto::string_entry::key, key);
        e.add_string(proto::string_entry::value, value);
      });
    };
    entry("location", location);
    entry("offset", offset);
    entry("length", length);
    w.add_enum(proto::tensor::data_location, 1);
    return bytes;
  };
  const ExternalData files{{"data.bin", std::string("\0\0\x80\x3f\0\0\0\x40", 8)}};
  CHECK(read_tensor(external("data.bin", "0", "8"), files).value.tensor().to_vector() ==
        std::vector<double>{1, 2});
  CHECK_THROWS_WITH(read_tensor(external("../data.bin", "0", "8"), files),
                    Catch::Contains("'../data.bin', which wasn't given"));
  CHECK_THROWS_WITH(read_tensor(external("data.bin", "4", "8"), files),
                    Catch::Contains("beyond the end"));
  CHECK_THROWS_WITH(read_tensor(external("data.bin", "9", "8"), files),
                    Catch::Contains("behind the end"));
  CHECK_THROWS_WITH(read_tensor(external("data.bin", "-4", "8"), files),
                    Catch::Contains("offset '-4'"));
  CHECK_THROWS_WITH(read_tensor(external("data.bin", "0", "99999999999999999999"), files),
                    Catch::Contains("length"));
}

TEST_CASE("ONNX graphs that don't hold together are refused, naming the node") {
  const auto relu = [](const char* in, const char* out) { return node("Relu", {in}, {out}); };
  refuses(model(nodes({relu("a", "b"), relu("b", "a"), relu("a", "y")})), "Relu node 'the_Relu'");
  refuses(model(nodes({relu("a", "b"), relu("b", "a"), relu("a", "y")})), "cycle");
  refuses(model(nodes({relu("y", "y")})), "cycle");
  refuses(model(nodes({relu("nothing", "y")})), "its input 'nothing' is no input or initializer");
  refuses(model(nodes({relu("x", "z")})), "nothing makes its output 'y'");
  refuses(model(nodes({relu("x", "y"), relu("x", "y")})), "its output 'y' is made by");
  refuses(model(nodes({relu("x", "x"), relu("x", "y")})),
          "is an input or initializer of the graph");
  refuses(model(nodes({node("Frobnicate", {"x"}, {"y"})})),
          "the operator Frobnicate of ai.onnx version 13 is not supported");
  refuses(model(nodes({node("Relu", {"x"}, {"y"}, nullptr, "com.example")})), "com.example");
  refuses(model(nodes({node("", {"x"}, {"y"})})), "has no operator type");
  GraphSpec twice = sound();
  twice.initializers.push_back(twice.initializers[0]);
  refuses(model(twice), "two initializers are named 'w'");
  GraphSpec inputs = sound();
  inputs.inputs = {"x", "x"};
  refuses(model(inputs), "two inputs are named 'x'");
  for (std::size_t i = 0; i < 4; ++i) {
    GraphSpec missing = sound();
    missing.initializers.erase(missing.initializers.begin() + static_cast<std::ptrdiff_t>(i));
    refuses(model(missing), "is no input or initializer");
  }
  for (const std::int64_t version :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{22}, std::int64_t{1} << 40})
    refuses(model(sound(), version), "versions 1 to 21 are supported");
  refuses("", "the model has no graph");
  refuses(std::string(100, '\0'), "Not a valid ONNX model");
  refuses(std::string(100, '\xff'), "Not a valid ONNX model");
  refuses("PK\3\4 a zip file", "Not a valid ONNX model");
}

TEST_CASE("ONNX graphs, types and values that are nested too deep are refused") {
  CHECK(complaint(model(nodes({node("If", {"x"}, {"y"}, nested(5))}))).empty());
  refuses(model(nodes({node("If", {"x"}, {"y"}, nested(70))})), "nested more than 64 deep");
  refuses(model(nodes({node("If", {"x"}, {"y"}, nested(300))})), "nested more than 64 deep");
  std::string type;
  for (int i = 0; i < 2000; ++i) {
    std::string inner, outer;
    pbf_writer(inner).add_message(proto::sequence_type::elem_type, type);
    pbf_writer(outer).add_message(proto::type::sequence_type, inner);
    type = outer;
  }
  GraphSpec g = sound();
  const std::string deep = model(g, 13, [&](pbf_writer& w) {
    message(w, proto::model::functions, [&](pbf_writer& f) {
      message(f, proto::function::node, [&](pbf_writer& n) {
        n.add_string(proto::node::op_type, "Relu");
        message(n, proto::node::attribute,
                [&](pbf_writer& a) { a.add_message(proto::attribute::tp, type); });
      });
    });
  });
  refuses(deep, "nested more than 64 deep");
  std::string sequence;
  for (int i = 0; i < 500; ++i) {
    std::string outer;
    pbf_writer(outer).add_message(5, sequence);
    sequence = outer;
  }
  CHECK_THROWS_WITH(read_sequence(sequence), Catch::Contains("too deep"));
}

TEST_CASE("ONNX functions that call themselves or explode are refused") {
  const auto call = [](std::string name, std::string in, std::string out) {
    return node(name, {in}, {out}, nullptr, "own");
  };
  const GraphSpec g = nodes({call("f", "x", "y")});
  refuses(model(g, 13, function("f", {call("f", "x", "y")})), "function f calls itself");
  refuses(model(g, 13,
                [&](pbf_writer& w) {
                  function("f", {call("h", "x", "y")})(w);
                  function("h", {call("f", "x", "y")})(w);
                }),
          "calls itself");
  refuses(
      model(g, 13,
            [&](pbf_writer& w) {
              function("f", {call("f0", "x", "y")})(w);
              for (int i = 0; i < 40; ++i) {
                const std::string next = "f" + std::to_string(i + 1);
                function("f" + std::to_string(i), {call(next, "x", "a"), call(next, "a", "y")})(w);
              }
              function("f40", {node("Relu", {"x"}, {"y"})})(w);
            }),
      "expand to more than");
  refuses(model(g, 13, function("f", {node("Relu", {"q"}, {"y"})})), "its input 'q'");
}

TEST_CASE("ONNX nodes with attributes or inputs that don't fit fail when they run") {
  const auto run = [](const GraphSpec& g) {
    Session session(std::make_shared<const ModelProto>(read_model(model(g))));
    session.run({{"x", Tensor::full({1, 1, 3, 3}, 1, DType::Float32)}});
  };
  const auto fails = [&](const Fill& n, const std::string& part) {
    CHECK_THROWS_WITH(run(nodes({n})), Catch::Contains("node 'the_") && Catch::Contains(part));
  };
  fails(node("Transpose", {"x"}, {"y"}, ints("perm", {0, 9})), "Transpose");
  fails(node("Transpose", {"x"}, {"y"},
             attribute(
                 "perm", [](pbf_writer& a) { a.add_float(proto::attribute::f, 1); },
                 proto::attribute::FLOAT)),
        "its attribute perm has the wrong type");
  fails(node("MatMul", {"x", ""}, {"y"}), "its input 1 is missing");
  fails(node("MatMul", {"x"}, {"y"}), "its input 1 is missing");
  fails(node("If", {"x"}, {"y"}, nested(0)), "its condition must be one bool");
  fails(node("SequenceAt", {"x", "x"}, {"y"}), "its input 0 must be a sequence");
  fails(node("Flatten", {"x"}, {"y"},
             attribute(
                 "axis", [](pbf_writer& a) { a.add_int64(proto::attribute::i, 99); },
                 proto::attribute::INT)),
        "Flatten");
}
