// Composed models for the ONNX exporter's tests.

/**
 * @param {{torch: any, nn: any}} lib
 * @returns {import('./cases.mjs').Case[]}
 */
export function models({ torch, nn }) {
  const F = nn.functional;
  const randn = (...shape) => torch.randn(shape);
  const ints = (high, ...shape) => torch.randint(0, high, shape);
  const image = (n) => [randn(n, 4, 8, 8)];
  const rows = (n) => [randn(n, 6)];
  const sequence = (n) => [randn(n, 5, 6)];

  class Residual extends nn.Module {
    constructor(channels) {
      super();
      this.conv1 = nn.Conv2d(channels, channels, 3, { padding: 1 });
      this.bn1 = nn.BatchNorm2d(channels);
      this.conv2 = nn.Conv2d(channels, channels, 3, { padding: 1 });
      this.bn2 = nn.BatchNorm2d(channels);
    }
    forward(x) {
      const y = this.bn1(this.conv1(x)).relu();
      return this.bn2(this.conv2(y)).add(x).relu();
    }
  }
  class Attention extends nn.Module {
    constructor(width, heads) {
      super();
      this.heads = heads;
      this.qkv = nn.Linear(width, 3 * width);
      this.out = nn.Linear(width, width);
    }
    forward(x) {
      const [b, t, c] = [x.size(0), x.size(1), x.size(2)];
      const split = (y) => y.view([b, t, this.heads, c / this.heads]).transpose(1, 2);
      const [q, k, v] = this.qkv(x).chunk(3, -1).map(split);
      const scores = q.matmul(k.transpose(-2, -1)).div(Math.sqrt(c / this.heads));
      const causal = torch.ones([t, t]).tril().eq(0);
      const weights = scores.masked_fill(causal, -1e9).softmax(-1);
      return this.out(weights.matmul(v).transpose(1, 2).reshape([b, t, c]));
    }
  }
  class Block extends nn.Module {
    constructor(width) {
      super();
      this.norm1 = nn.LayerNorm(width);
      this.attention = new Attention(width, 2);
      this.norm2 = nn.LayerNorm(width);
      this.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width));
    }
    forward(x) {
      const y = x.add(this.attention(this.norm1(x)));
      return y.add(this.mlp(this.norm2(y)));
    }
  }
  class Transformer extends nn.Module {
    constructor() {
      super();
      this.tokens = nn.Embedding(20, 8);
      this.positions = nn.Embedding(16, 8);
      this.blocks = nn.Sequential(new Block(8), new Block(8));
      this.head = nn.Linear(8, 20);
    }
    forward(x) {
      const at = torch.arange(x.size(1));
      return this.head(this.blocks(this.tokens(x).add(this.positions(at))));
    }
  }
  class Recurrent extends nn.Module {
    constructor() {
      super();
      this.input = nn.Linear(6, 8);
      this.hidden = nn.Linear(8, 8);
      this.head = nn.Linear(8, 2);
    }
    forward(x) {
      let h = torch.zeros([x.size(0), 8]);
      for (let i = 0; i < x.size(1); i++) h = this.input(x.select(1, i)).add(this.hidden(h)).tanh();
      return this.head(h);
    }
  }
  class Tied extends nn.Module {
    constructor() {
      super();
      this.embedding = nn.Embedding(10, 4);
    }
    forward(x) {
      return this.embedding(x).mean(1).matmul(this.embedding.weight.t());
    }
  }
  class UNet extends nn.Module {
    constructor() {
      super();
      this.down = nn.Conv2d(4, 8, 3, { padding: 1 });
      this.middle = nn.Conv2d(8, 8, 3, { padding: 1 });
      this.up = nn.Conv2d(16, 4, 3, { padding: 1 });
    }
    forward(x) {
      const a = this.down(x).relu();
      const b = this.middle(F.max_pool2d(a, 2)).relu();
      const wide = F.interpolate(b, { scale_factor: [2, 2] });
      return this.up(torch.cat([a, wide], 1));
    }
  }
  class Buffered extends nn.Module {
    constructor() {
      super();
      this.register_buffer('mean', torch.ones([6]).mul(0.3));
      this.scale = new nn.Parameter(torch.ones([6]).mul(2));
    }
    forward(x) {
      return x.sub(this.mean).mul(this.scale);
    }
  }

  class SqueezeExcite extends nn.Module {
    constructor(channels) {
      super();
      this.pool = nn.AdaptiveAvgPool2d(1);
      this.gate = nn.Sequential(nn.Linear(channels, 2), nn.ReLU(), nn.Linear(2, channels));
    }
    forward(x) {
      const [b, c] = [x.size(0), x.size(1)];
      const gate = this.gate(this.pool(x).view([b, c])).sigmoid();
      return x.mul(gate.view([b, c, 1, 1]));
    }
  }
  class Mixer extends nn.Module {
    constructor(length, width) {
      super();
      this.norm = nn.LayerNorm(width);
      this.across = nn.Linear(length, length);
      this.along = nn.Linear(width, width);
    }
    forward(x) {
      const y = x.add(this.across(this.norm(x).transpose(1, 2)).transpose(1, 2));
      return y.add(F.gelu(this.along(y)));
    }
  }
  class Variational extends nn.Module {
    constructor() {
      super();
      this.encoder = nn.Linear(6, 8);
      this.decoder = nn.Linear(4, 6);
    }
    forward(x) {
      const [mean, logvar] = this.encoder(x).chunk(2, 1);
      const z = mean.add(logvar.mul(0.5).exp().mul(0.1));
      return [this.decoder(z).sigmoid(), mean, logvar];
    }
  }
  class Siamese extends nn.Module {
    constructor() {
      super();
      this.encoder = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 4));
    }
    forward(a, b) {
      return F.cosine_similarity(this.encoder(a), this.encoder(b));
    }
  }
  class Gru extends nn.Module {
    constructor(inputs, width) {
      super();
      this.width = width;
      this.gates = nn.Linear(inputs + width, 2 * width);
      this.fresh = nn.Linear(inputs + width, width);
    }
    forward(x) {
      let h = torch.zeros([x.size(0), this.width]);
      const outputs = [];
      for (const step of x.unbind(1)) {
        const [r, z] = this.gates(torch.cat([step, h], 1))
          .sigmoid()
          .chunk(2, 1);
        const n = this.fresh(torch.cat([step, r.mul(h)], 1)).tanh();
        h = torch.rsub(z, 1).mul(n).add(z.mul(h));
        outputs.push(h);
      }
      return [torch.stack(outputs, 1), h];
    }
  }
  class TextCnn extends nn.Module {
    constructor() {
      super();
      this.embedding = nn.Embedding(20, 6);
      this.convs = nn.ModuleList([nn.Conv1d(6, 4, 2), nn.Conv1d(6, 4, 3)]);
      this.head = nn.Linear(8, 3);
    }
    forward(x) {
      const y = this.embedding(x).transpose(1, 2);
      const found = [...this.convs].map((conv) => conv(y).relu().amax(2));
      return this.head(torch.cat(found, 1));
    }
  }
  class ConvNext extends nn.Module {
    constructor(channels) {
      super();
      this.depthwise = nn.Conv2d(channels, channels, 3, { padding: 1, groups: channels });
      this.norm = nn.LayerNorm(channels);
      this.mlp = nn.Sequential(nn.Linear(channels, 8), nn.GELU(), nn.Linear(8, channels));
    }
    forward(x) {
      const y = this.mlp(this.norm(this.depthwise(x).permute([0, 2, 3, 1])));
      return x.add(y.permute([0, 3, 1, 2]));
    }
  }
  class Inception extends nn.Module {
    constructor() {
      super();
      this.narrow = nn.Conv2d(4, 2, 1);
      this.wide = nn.Conv2d(4, 2, 3, { padding: 1 });
    }
    forward(x) {
      const pooled = F.max_pool2d(x, 3, 1, 1);
      return torch.cat([this.narrow(x), this.wide(x), pooled], 1).relu();
    }
  }
  class Highway extends nn.Module {
    constructor() {
      super();
      this.change = nn.Linear(6, 6);
      this.gate = nn.Linear(6, 6);
    }
    forward(x) {
      const t = this.gate(x).sigmoid();
      return t.mul(this.change(x).relu()).add(torch.rsub(t, 1).mul(x));
    }
  }
  class WithLoss extends nn.Module {
    constructor() {
      super();
      this.net = nn.Linear(6, 3);
      this.loss = nn.CrossEntropyLoss();
    }
    forward(x, y) {
      const scores = this.net(x);
      return [this.loss(scores, y), scores.argmax(1)];
    }
  }

  return [
    {
      name: 'perceptron',
      model: () => nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3)),
      inputs: rows,
    },
    {
      name: 'convolutional classifier',
      model: () =>
        nn.Sequential(
          nn.Conv2d(4, 8, 3),
          nn.BatchNorm2d(8),
          nn.ReLU(),
          nn.MaxPool2d(2),
          nn.Flatten(),
          nn.Linear(72, 10),
          nn.LogSoftmax(1),
        ),
      inputs: image,
    },
    {
      name: 'residual network',
      model: () =>
        nn.Sequential(
          new Residual(4),
          new Residual(4),
          nn.AdaptiveAvgPool2d(1),
          nn.Flatten(),
          nn.Linear(4, 2),
        ),
      inputs: image,
    },
    {
      name: 'transformer',
      model: () => new Transformer(),
      inputs: (n) => [ints(20, n, 5)],
      from: 14,
    },
    {
      name: 'transformer of any length',
      model: () => new Transformer(),
      inputs: (n) => [ints(20, n, n + 2)],
      axes: { 0: [0, 1] },
      from: 14,
    },
    { name: 'recurrent loop', model: () => new Recurrent(), inputs: sequence },
    { name: 'tied embedding', model: () => new Tied(), inputs: (n) => [ints(10, n, 3)] },
    { name: 'U-Net', model: () => new UNet(), inputs: image },
    { name: 'buffer and parameter', model: () => new Buffered(), inputs: rows },
    {
      name: 'autoencoder',
      model: () =>
        nn.Sequential(nn.Linear(6, 3), nn.Tanh(), nn.LayerNorm(3), nn.Linear(3, 6), nn.Sigmoid()),
      inputs: rows,
    },
    { name: 'squeeze and excite', model: () => new SqueezeExcite(4), inputs: image },
    { name: 'mixer', model: () => new Mixer(5, 6), inputs: sequence },
    { name: 'variational autoencoder', model: () => new Variational(), inputs: rows },
    {
      name: 'siamese network',
      model: () => new Siamese(),
      inputs: (n) => [randn(n, 6), randn(n, 6)],
    },
    { name: 'gated recurrent unit', model: () => new Gru(6, 4), inputs: sequence },
    { name: 'text classifier', model: () => new TextCnn(), inputs: (n) => [ints(20, n, 7)] },
    { name: 'ConvNeXt block', model: () => new ConvNext(4), inputs: image },
    { name: 'inception block', model: () => new Inception(), inputs: image },
    { name: 'highway', model: () => nn.Sequential(new Highway(), new Highway()), inputs: rows },
    {
      name: 'classifier with its loss',
      model: () => new WithLoss(),
      inputs: (n) => [randn(n, 6), ints(3, n)],
      from: 12,
    },
  ];
}
